package io.anabranch.relay.server;

import io.anabranch.replica.Replica;
import io.anabranch.replica.ReplicaOptions;
import io.anabranch.replica.SyncWay;
import io.anabranch.replica.attachment.AttachmentOptions;
import io.anabranch.replica.content.AttachmentRef;
import io.anabranch.replica.grpc.RelayAddress;
import io.anabranch.replica.identity.EnrolmentCode;
import io.anabranch.replica.schema.AttachmentPolicy;
import java.io.InputStream;
import java.nio.file.Path;
import java.util.Random;

/** A process of its own, with a small heap: a relay and two devices, and one large file from one to the other. */
final class LargeAttachment {

    private LargeAttachment() {}

    /** Content that is made as it is read. */
    private static final class Generated extends InputStream {

        private final Random random = new Random(1);
        private long left;

        Generated(long size) {
            left = size;
        }

        @Override
        public int read() {
            byte[] one = new byte[1];
            return read(one, 0, 1) < 0 ? -1 : one[0] & 0xff;
        }

        @Override
        public int read(byte[] into, int offset, int length) {
            if (left == 0) {
                return -1;
            }
            byte[] some = new byte[(int) Math.min(length, left)];
            random.nextBytes(some);
            System.arraycopy(some, 0, into, offset, some.length);
            left -= some.length;
            return some.length;
        }
    }

    /** Directory and size. */
    public static void main(String[] arguments) throws Exception {
        Path directory = Path.of(arguments[0]);
        long size = Long.parseLong(arguments[1]);
        try (RelayServer relay = RelayServer.start(RelayServerOptions.in(directory.resolve("relay")));
                Replica ann = device(relay, directory.resolve("ann"));
                Replica bob = device(relay, directory.resolve("bob"))) {
            long began = System.nanoTime();
            AttachmentRef ref = ann.attachments().add(new Generated(size), "video/mp4", "film.mp4");
            began = tell("added", began);
            ann.commit(tx -> tx.record("visit", "v1").set("film", ref.value()));
            ann.sync(SyncWay.INCREMENTAL);
            ann.attachments().transfer(progress -> {}).join();
            began = tell("sent", began);
            bob.sync(SyncWay.INCREMENTAL);
            bob.attachments().fetch(ref, progress -> {}).join();
            began = tell("fetched", began);
            try (InputStream in = bob.attachments().open(ref).orElseThrow()) {
                System.out.println(
                        in.transferTo(java.io.OutputStream.nullOutputStream()) == size ? "equal" : "different");
            }
            tell("read", began);
        }
    }

    private static long tell(String what, long began) {
        long now = System.nanoTime();
        System.out.println(what + " in " + (now - began) / 1_000_000 + " ms");
        return now;
    }

    private static Replica device(RelayServer relay, Path directory) {
        Replica replica = Replica.open(
                directory,
                ReplicaOptions.defaults()
                        .withAttachments(AttachmentOptions.defaults().withPolicy(AttachmentPolicy.ON_DEMAND)));
        String code = relay.administration().createEnrolmentCode("user").getCode();
        replica.enrol(new RelayAddress("127.0.0.1", relay.port()), EnrolmentCode.parse(code), "tablet");
        return replica;
    }
}
