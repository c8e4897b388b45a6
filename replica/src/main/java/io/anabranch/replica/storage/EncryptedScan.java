package io.anabranch.replica.storage;

import org.jspecify.annotations.Nullable;

/** A scan that decrypts the values that are asked for. */
final class EncryptedScan implements Scan {

    private final Scan scan;
    private final ValueSeal seal;
    /** What the caller has of the key, and may have changed. */
    private byte @Nullable [] handedOut;

    EncryptedScan(Scan scan, ValueSeal seal) {
        this.scan = scan;
        this.seal = seal;
    }

    @Override
    public boolean next() {
        handedOut = null;
        return scan.next();
    }

    @Override
    public boolean seek(byte[] key) {
        handedOut = null;
        return scan.seek(key);
    }

    @Override
    public byte[] key() {
        byte[] key = scan.key();
        byte[] copy = handedOut == null ? key.clone() : handedOut;
        handedOut = copy;
        return copy;
    }

    @Override
    public byte[] value() {
        return seal.open(scan.key(), scan.value());
    }

    @Override
    public void close() {
        scan.close();
    }
}
