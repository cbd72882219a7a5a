/** What the preflight says: a result for each check, as a table or as JSON. */
package dev.sparkresnet.job.preflight.report;
