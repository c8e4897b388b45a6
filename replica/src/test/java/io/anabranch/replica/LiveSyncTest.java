package io.anabranch.replica;

import static org.assertj.core.api.Assertions.assertThat;

import io.anabranch.replica.grpc.SyncException;
import io.anabranch.replica.tracking.NetworkKind;
import io.anabranch.replica.tracking.Pauses;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import java.util.concurrent.CompletableFuture;
import org.junit.jupiter.api.Test;

class LiveSyncTest {

    private final List<FakeLink> links = new ArrayList<>();
    private final List<Long> pauses = new ArrayList<>();
    private final List<Runnable> alarms = new ArrayList<>();
    private NetworkKind network = NetworkKind.UNKNOWN;
    private final LiveSync live = new LiveSync(
            new Link.Maker() {
                @Override
                public Link connect(long pausedMillis, long attempts) {
                    FakeLink link = new FakeLink(pausedMillis, attempts);
                    links.add(link);
                    return link;
                }

                @Override
                public NetworkKind network() {
                    return network;
                }
            },
            new Pauses(new Random(7)),
            (millis, task) -> {
                pauses.add(millis);
                alarms.add(task);
            },
            Runnable::run);

    @Test
    void theLongerItFailsTheLessOftenItTries() {
        live.connect();
        for (int i = 0; i < 12; i++) {
            last().cut(SyncException.Code.UNREACHABLE);
            ring();
        }
        assertThat(links).hasSize(13);
        long due = Pauses.MIN_MILLIS;
        for (long pause : pauses) {
            assertThat(pause).isBetween(due / 2, due / 2 + due);
            due = Math.min(Pauses.MAX_MILLIS, 2 * due);
        }
        assertThat(due).isEqualTo(Pauses.MAX_MILLIS);
        assertThat(last().attempts).isEqualTo(12);
        assertThat(last().pausedMillis)
                .isEqualTo(pauses.stream().mapToLong(Long::longValue).sum());
    }

    @Test
    void aConnectionThatDidItsWorkIsMadeAgainSoon() {
        live.connect();
        for (int i = 0; i < 8; i++) {
            last().cut(SyncException.Code.UNREACHABLE);
            ring();
        }
        last().welcome = true;
        last().caughtUp = true;
        assertThat(live.isCaughtUp()).isTrue();
        last().cut(SyncException.Code.UNREACHABLE);
        assertThat(pauses.get(pauses.size() - 1)).isLessThanOrEqualTo(Pauses.MIN_MILLIS * 3 / 2);
        ring();
        assertThat(last().attempts).isEqualTo(1);
    }

    @Test
    void whoIsRefusedDoesNotAskAgainSoon() {
        live.connect();
        last().cut(SyncException.Code.NOT_ENROLLED);
        assertThat(pauses.get(0)).isGreaterThanOrEqualTo(Pauses.MAX_MILLIS / 2);
    }

    @Test
    void withoutANetworkNothingIsTriedAndWithOneAtOnce() {
        network = NetworkKind.NONE;
        live.connect();
        assertThat(links).isEmpty();
        network = NetworkKind.METERED;
        live.networkChanged();
        assertThat(links).hasSize(1);
        network = NetworkKind.NONE;
        last().cut(SyncException.Code.UNREACHABLE);
        ring();
        assertThat(links).hasSize(1);
        network = NetworkKind.UNMETERED;
        live.networkChanged();
        assertThat(links).hasSize(2);
    }

    @Test
    void anAlarmOfAnEarlierAttemptMakesNoSecondConnection() {
        live.connect();
        last().cut(SyncException.Code.UNREACHABLE);
        live.networkChanged();
        last().cut(SyncException.Code.UNREACHABLE);
        assertThat(links).hasSize(2);
        alarms.get(0).run();
        assertThat(links).hasSize(2);
        alarms.get(1).run();
        assertThat(links).hasSize(3);
    }

    @Test
    void whatIsClosedStaysClosed() {
        live.connect();
        live.close();
        assertThat(last().closed).isTrue();
        last().cut(SyncException.Code.CANCELLED);
        assertThat(alarms).isEmpty();
        live.networkChanged();
        assertThat(links).hasSize(1);
    }

    @Test
    void aCommitGoesToTheConnectionThereIs() {
        live.committed();
        live.connect();
        live.committed();
        assertThat(last().commits).isEqualTo(1);
        assertThat(live.isConnected()).isFalse();
        last().welcome = true;
        assertThat(live.isConnected()).isTrue();
    }

    private FakeLink last() {
        return links.get(links.size() - 1);
    }

    private void ring() {
        alarms.get(alarms.size() - 1).run();
    }

    private static final class FakeLink implements Link {

        private final CompletableFuture<Void> ended = new CompletableFuture<>();
        private final long pausedMillis;
        private final long attempts;
        private boolean welcome;
        private boolean caughtUp;
        private boolean closed;
        private int commits;

        FakeLink(long pausedMillis, long attempts) {
            this.pausedMillis = pausedMillis;
            this.attempts = attempts;
        }

        void cut(SyncException.Code code) {
            ended.completeExceptionally(new SyncException(code, "cut", null));
        }

        @Override
        public CompletableFuture<Void> ended() {
            return ended;
        }

        @Override
        public boolean isWelcome() {
            return welcome;
        }

        @Override
        public boolean isCaughtUp() {
            return caughtUp;
        }

        @Override
        public void committed() {
            commits++;
        }

        @Override
        public void close() {
            closed = true;
        }
    }
}
