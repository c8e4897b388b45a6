package io.anabranch.relay.store;

import com.google.protobuf.ByteString;
import com.google.protobuf.CodedInputStream;
import com.google.protobuf.CodedOutputStream;
import io.anabranch.crdt.Position;
import io.anabranch.crdt.Value;
import io.anabranch.proto.Rejection;
import io.anabranch.replica.commit.CommitChain;
import io.anabranch.replica.storage.Family;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.Arrays;
import org.jspecify.annotations.Nullable;

/** The families, keys and small values of {@link KeyValueRelayStore}, as the package documentation draws them. */
final class Layout {

    static final Family STATES = new Family("states");
    static final Family FEED = new Family("feed");
    static final Family REFERENCES = new Family("references");
    static final Family TIMERS = new Family("timers");
    static final Family HEADS = new Family("heads");
    static final Family VERDICTS = new Family("verdicts");
    static final Family ATTACHMENTS = new Family("attachments");
    static final Family TABLES = new Family("tables");
    static final Family META = new Family("meta");

    static final byte[] STORE_ID = ascii("store-id");
    static final byte[] SECRET = ascii("secret");
    static final byte[] HEAD = ascii("head");
    static final byte[] EPOCH = ascii("epoch/");
    static final byte[] LIVE = ascii("live/");
    static final byte[] BUCKET = ascii("bucket/");

    /** Where the record key begins in a key of the feed. */
    static final int FEED_PREFIX_SIZE = 16;

    private static final int CONTENT_SIZE_MAX = 120;
    private static final int HASHED = 0x80;

    private Layout() {}

    static byte[] ascii(String text) {
        return text.getBytes(StandardCharsets.UTF_8);
    }

    static byte[] concat(byte[] first, byte[] second) {
        byte[] both = Arrays.copyOf(first, first.length + second.length);
        System.arraycopy(second, 0, both, first.length, second.length);
        return both;
    }

    /** The least key that is greater than every key with a prefix, null if there is none. */
    static byte @Nullable [] endOf(byte[] prefix) {
        for (int i = prefix.length - 1; i >= 0; i--) {
            if (prefix[i] != (byte) 0xff) {
                byte[] end = Arrays.copyOf(prefix, i + 1);
                end[i]++;
                return end;
            }
        }
        return null;
    }

    static byte[] number(long number) {
        return ByteBuffer.allocate(8).putLong(number).array();
    }

    static long number(byte[] bytes) {
        return ByteBuffer.wrap(bytes).getLong();
    }

    static byte[] numbers(long first, long second) {
        return ByteBuffer.allocate(16).putLong(first).putLong(second).array();
    }

    static byte[] feedKey(long bucket, long sequence, byte[] recordKey) {
        return ByteBuffer.allocate(FEED_PREFIX_SIZE + recordKey.length)
                .putLong(bucket)
                .putLong(sequence)
                .put(recordKey)
                .array();
    }

    /** What all keys of the records of a type begin with that hold a value in a field. Long values stand there by their hash. */
    static byte[] references(String type, String field, Value value) {
        byte[] content = content(value);
        byte[] names = ascii(type + '\0' + field + '\0');
        return ByteBuffer.allocate(names.length + 2 + content.length)
                .put(names)
                .put((byte) (content[0] & 0xff))
                .put((byte) (content.length - 1))
                .put(content, 1, content.length - 1)
                .array();
    }

    /** A byte for the type, then the content; of equal length only if it is at most {@link #CONTENT_SIZE_MAX}. */
    private static byte[] content(Value value) {
        byte[] content;
        if (value instanceof Value.Text text) {
            content = tagged(1, ascii(text.text()));
        } else if (value instanceof Value.Whole whole) {
            content = tagged(2, number(whole.number()));
        } else if (value instanceof Value.Real real) {
            content = tagged(3, number(Double.doubleToLongBits(real.number())));
        } else if (value instanceof Value.Bool bool) {
            content = tagged(4, new byte[] {(byte) (bool.bool() ? 1 : 0)});
        } else if (value instanceof Value.Binary binary) {
            content = tagged(5, binary.bytes());
        } else if (value instanceof Value.Opaque opaque) {
            content = tagged(6, concat(number(opaque.type()), opaque.bytes()));
        } else {
            throw new IllegalStateException("a value is of no type");
        }
        return content.length <= CONTENT_SIZE_MAX ? content : tagged(content[0] | HASHED, sha256(content));
    }

    private static byte[] tagged(int tag, byte[] content) {
        return concat(new byte[] {(byte) tag}, content);
    }

    private static byte[] sha256(byte[] bytes) {
        try {
            return MessageDigest.getInstance("SHA-256").digest(bytes);
        } catch (NoSuchAlgorithmException e) {
            throw new IllegalStateException("the platform lacks SHA-256", e);
        }
    }

    static byte[] tablePrefix(String name) {
        if (!name.matches("[A-Za-z0-9/-]{1,64}")) {
            throw new IllegalArgumentException("a table's name is not valid: " + name);
        }
        return ascii(name + '\0');
    }

    static byte[] bucketKey(long bucket) {
        return ByteBuffer.allocate(BUCKET.length + Long.BYTES)
                .put(BUCKET)
                .putLong(bucket)
                .array();
    }

    static RelayView.BucketSize bucketSize(byte @Nullable [] value) {
        if (value == null) {
            return new RelayView.BucketSize(0, 0);
        }
        ByteBuffer buffer = ByteBuffer.wrap(value);
        return new RelayView.BucketSize(buffer.getLong(), buffer.getLong());
    }

    static byte[] position(Position position) {
        return ByteBuffer.allocate(12)
                .putInt(position.epoch())
                .putLong(position.sequence())
                .array();
    }

    static Position position(byte[] bytes) {
        ByteBuffer buffer = ByteBuffer.wrap(bytes);
        return new Position(buffer.getInt(), buffer.getLong());
    }

    static byte[] epochKey(int epoch) {
        return ByteBuffer.allocate(EPOCH.length + 4).put(EPOCH).putInt(epoch).array();
    }

    static Lineage.Mark mark(byte[] bytes) {
        ByteBuffer buffer = ByteBuffer.wrap(bytes);
        long start = buffer.getLong();
        return new Lineage.Mark(buffer.getLong(), start);
    }

    static byte[] head(ReplicaHead head) {
        return ByteBuffer.allocate(8 + CommitChain.LINK_SIZE)
                .putLong(head.nextSeq())
                .put(head.link())
                .array();
    }

    static ReplicaHead head(long replica, byte[] bytes) {
        return new ReplicaHead(replica, number(bytes), Arrays.copyOfRange(bytes, 8, bytes.length));
    }

    static byte[] verdict(VerdictRun run) {
        ByteString.Output bytes = ByteString.newOutput();
        try {
            CodedOutputStream out = CodedOutputStream.newInstance(bytes);
            out.writeUInt64NoTag(run.count());
            if (run.verdict() instanceof VerdictRun.Accepted accepted) {
                out.writeUInt32NoTag(accepted.first().epoch());
                out.writeUInt64NoTag(accepted.first().sequence());
            } else if (run.verdict() instanceof VerdictRun.Rejected rejected) {
                out.writeUInt32NoTag(0);
                rejected.rejection().writeTo(out);
            }
            out.flush();
            return bytes.toByteString().toByteArray();
        } catch (IOException e) {
            throw new IllegalStateException("bytes in memory could not be written", e);
        }
    }

    static VerdictRun verdict(byte[] key, byte[] value) {
        ByteBuffer place = ByteBuffer.wrap(key);
        try {
            CodedInputStream in = CodedInputStream.newInstance(value);
            long count = in.readUInt64();
            int epoch = in.readUInt32();
            VerdictRun.Verdict verdict = epoch == 0
                    ? new VerdictRun.Rejected(Rejection.parseFrom(in))
                    : new VerdictRun.Accepted(new Position(epoch, in.readUInt64()));
            return new VerdictRun(place.getLong(), place.getLong(), count, verdict);
        } catch (IOException e) {
            throw new IllegalStateException("a stored verdict is damaged; restore the relay's data", e);
        }
    }
}
