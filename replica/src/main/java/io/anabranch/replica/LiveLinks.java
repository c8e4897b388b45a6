package io.anabranch.replica;

import io.anabranch.replica.grpc.RelayChannel;
import io.anabranch.replica.grpc.SyncException;
import io.anabranch.replica.tracking.NetworkKind;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.function.Supplier;

/** The connections of live sync: a channel and a lasting run each. On the replica's thread. */
final class LiveLinks implements Link.Maker {

    private final SyncDesk desk;
    private final Supplier<RelayLinks.Endpoint> endpoints;

    /** @param endpoints asked for each connection: the device's certificate may be another by then */
    LiveLinks(SyncDesk desk, Supplier<RelayLinks.Endpoint> endpoints) {
        this.desk = desk;
        this.endpoints = endpoints;
    }

    @Override
    public NetworkKind network() {
        return desk.board().network();
    }

    @Override
    public Link connect(long pausedMillis, long attempts) {
        if (desk.isFirst()) {
            return new FillingLink(desk.start(SyncWay.INCREMENTAL, "live", status -> {}));
        }
        RelayLinks.Endpoint endpoint = endpoints.get();
        RelayChannel channel = endpoint.open();
        SyncTally tally = desk.liveTally(channel);
        tally.after(pausedMillis, attempts);
        LiveLink link = new LiveLink(endpoint, channel, tally);
        link.running.run().start();
        return link;
    }

    /** Not a connection yet: a sync that fills the store, by a snapshot if there is much to come. */
    private static final class FillingLink implements Link {

        private final CompletableFuture<SyncReport> sync;
        private final CompletableFuture<Void> ended;

        FillingLink(CompletableFuture<SyncReport> sync) {
            this.sync = sync;
            this.ended = sync.thenAccept(report -> {});
        }

        @Override
        public CompletableFuture<Void> ended() {
            return ended;
        }

        @Override
        public boolean isWelcome() {
            return sync.isDone() && !sync.isCompletedExceptionally();
        }

        @Override
        public boolean isCaughtUp() {
            return isWelcome();
        }

        @Override
        public boolean isFilling() {
            return true;
        }

        @Override
        public void committed() {}

        @Override
        public void close() {
            sync.cancel(true);
        }
    }

    private final class LiveLink implements Link {

        private final RelayChannel channel;
        private final SyncDesk.Running running;
        private boolean hasCaughtUp;
        private boolean closed;

        LiveLink(RelayLinks.Endpoint endpoint, RelayChannel channel, SyncTally tally) {
            this.channel = channel;
            this.running = desk.beginLasting(endpoint, channel, tally, this::stepped);
        }

        @Override
        public CompletableFuture<Void> ended() {
            return running.run().result();
        }

        @Override
        public boolean isWelcome() {
            return running.run().isWelcome();
        }

        @Override
        public boolean isCaughtUp() {
            return running.run().isCaughtUp();
        }

        @Override
        public void committed() {
            running.run().committed();
        }

        @Override
        public void close() {
            if (closed) {
                return;
            }
            closed = true;
            Throwable failure = failure();
            running.run().cancel();
            channel.close();
            // One that has brought everything there was did its work, however it ended.
            desk.endLasting(running, hasCaughtUp ? null : failure);
        }

        private Throwable failure() {
            try {
                running.run().result().getNow(null);
            } catch (CompletionException e) {
                return e.getCause() == null ? e : e.getCause();
            }
            return new SyncException(SyncException.Code.CANCELLED, "sync was cancelled", null);
        }

        private void stepped() {
            desk.heard(channel, running.run(), () -> {});
            if (isCaughtUp() && !hasCaughtUp) {
                hasCaughtUp = true;
                desk.board().succeeded(SyncWay.LIVE);
                desk.refreshIfOrdered(running.run());
            }
            desk.progressed();
        }
    }
}
