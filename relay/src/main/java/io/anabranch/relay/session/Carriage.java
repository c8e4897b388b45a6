package io.anabranch.relay.session;

import io.anabranch.relay.admission.Author;
import java.util.Optional;

/** What an upload needs for commits that a device brings for others. */
public interface Carriage {

    /** That of a relay that knows no other devices. */
    Carriage NONE = new Carriage() {
        @Override
        public Optional<Author> author(long replica) {
            return Optional.empty();
        }

        @Override
        public Optional<byte[]> open(byte[] hash, byte[] sealed) {
            return Optional.empty();
        }
    };

    /** An enrolled device; empty if there is none with this id. */
    Optional<Author> author(long replica);

    /** The body of a commit that was sealed for the relay; empty if it was not, or is not the one with this hash. */
    Optional<byte[]> open(byte[] hash, byte[] sealed);
}
