package dev.sparkresnet.model;

/** What all parts of a fast pass share. */
record FastContext(ParameterViews parameters, FastMemory memory, LayerClock clock) {}
