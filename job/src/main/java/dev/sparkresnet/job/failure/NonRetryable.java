package dev.sparkresnet.job.failure;

/** Marks a failure of a file system that is still there when the same thing is tried again. */
public interface NonRetryable {}
