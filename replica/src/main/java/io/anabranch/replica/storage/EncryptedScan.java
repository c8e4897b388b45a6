package io.anabranch.replica.storage;

/** A scan that decrypts the values that are asked for. */
final class EncryptedScan implements Scan {

    private final Scan scan;
    private final ValueSeal seal;

    EncryptedScan(Scan scan, ValueSeal seal) {
        this.scan = scan;
        this.seal = seal;
    }

    @Override
    public boolean next() {
        return scan.next();
    }

    @Override
    public boolean seek(byte[] key) {
        return scan.seek(key);
    }

    @Override
    public byte[] key() {
        return scan.key();
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
