package io.anabranch.replica.storage;

/** A part whose values are encrypted. */
final class EncryptedPart implements PartWriter {

    private final PartWriter part;
    private final ValueSeal seal;

    EncryptedPart(PartWriter part, ValueSeal seal) {
        this.part = part;
        this.seal = seal;
    }

    @Override
    public void put(byte[] key, byte[] value) {
        part.put(key, seal.seal(key, value));
    }

    @Override
    public void finish() {
        part.finish();
    }

    @Override
    public void close() {
        part.close();
    }
}
