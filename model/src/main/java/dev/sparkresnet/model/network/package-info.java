/** What a network consists of: its spec, and every layer with name and shape, as data. */
package dev.sparkresnet.model.network;
