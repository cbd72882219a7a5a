/** How this process uses its processor: which native library, and how many threads. */
package dev.sparkresnet.model.processor;
