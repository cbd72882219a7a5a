/** Files and directories that others see whole or not at all, on any Hadoop file system. */
package dev.sparkresnet.datasets.storage;
