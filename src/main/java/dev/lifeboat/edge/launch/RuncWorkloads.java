package dev.lifeboat.edge.launch;

import dev.lifeboat.edge.criu.runc.RuncContainers;
import dev.lifeboat.edge.process.ProcessSpec;
import dev.lifeboat.edge.process.ProcessWorkloads;
import java.io.IOException;
import java.io.UncheckedIOException;

/// Containers as workloads: what starts and ends them.
record RuncWorkloads(RuncContainers containers) implements ProcessWorkloads.ContainerRuntime {
    @Override
    public long start(String id, ProcessSpec.Container container) throws IOException {
        try {
            return containers.start(id, container.config(), container.layers());
        } catch (InterruptedException stop) {
            Thread.currentThread().interrupt();
            throw new IOException("stopped while it started " + id, stop);
        }
    }

    @Override
    public void clear(String id) throws InterruptedException {
        try {
            containers.clear(id);
        } catch (IOException broken) {
            throw new UncheckedIOException(broken);
        }
    }
}
