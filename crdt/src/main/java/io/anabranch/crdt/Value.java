package io.anabranch.crdt;

import java.util.Arrays;
import java.util.HexFormat;

/**
 * A value of a field, or an element of a set. Immutable.
 *
 * <p>Values are equal when their encodings are: a {@link Whole} never equals a {@link Real}. They order by type, then by
 * content, texts as their UTF-8 bytes.
 */
public sealed interface Value extends Comparable<Value> {

    /** Unicode text. Refuses halves of surrogate pairs, which have no UTF-8. */
    record Text(String text) implements Value {
        /** Checks that the text is well-formed. */
        public Text {
            Utf8.requireWellFormed(text);
        }

        @Override
        public String toString() {
            return text;
        }
    }

    /** A 64-bit integer. */
    record Whole(long number) implements Value {
        @Override
        public String toString() {
            return Long.toString(number);
        }
    }

    /** A 64-bit floating point number; all NaNs are one. */
    record Real(double number) implements Value {
        @Override
        public String toString() {
            return Double.toString(number);
        }
    }

    /** True or false. */
    record Bool(boolean bool) implements Value {
        @Override
        public String toString() {
            return Boolean.toString(bool);
        }
    }

    /** Bytes. Owns a copy. */
    record Binary(byte[] bytes) implements Value {
        /** Copies the bytes. */
        public Binary {
            bytes = bytes.clone();
        }

        @Override
        public byte[] bytes() {
            return bytes.clone();
        }

        @Override
        public boolean equals(Object other) {
            return other instanceof Binary that && Arrays.equals(bytes, that.bytes);
        }

        @Override
        public int hashCode() {
            return Arrays.hashCode(bytes);
        }

        @Override
        public String toString() {
            return HexFormat.of().formatHex(bytes);
        }
    }

    /**
     * A value of a type that this version does not know, kept as it came.
     *
     * @param type its number in the encoding, above those of the known types
     */
    record Opaque(int type, byte[] bytes) implements Value {
        /** Copies the bytes and checks the type. */
        public Opaque {
            if (type <= BINARY || type > TYPE_MAX) {
                throw new IllegalArgumentException("an opaque value's type is out of range: " + type);
            }
            bytes = bytes.clone();
        }

        @Override
        public byte[] bytes() {
            return bytes.clone();
        }

        @Override
        public boolean equals(Object other) {
            return other instanceof Opaque that && type == that.type && Arrays.equals(bytes, that.bytes);
        }

        @Override
        public int hashCode() {
            return 31 * type + Arrays.hashCode(bytes);
        }

        @Override
        public String toString() {
            return "type-" + type + ":" + HexFormat.of().formatHex(bytes);
        }
    }

    /** Type numbers of the encoding. */
    int NONE = 0;
    /** See {@link #NONE}. */
    int TEXT = 1;
    /** See {@link #NONE}. */
    int WHOLE = 2;
    /** See {@link #NONE}. */
    int REAL = 3;
    /** See {@link #NONE}. */
    int FALSE = 4;
    /** See {@link #NONE}. */
    int TRUE = 5;
    /** See {@link #NONE}. */
    int BINARY = 6;
    /** The greatest type number. */
    int TYPE_MAX = 65_535;

    /** A text. */
    static Value of(String text) {
        return new Text(text);
    }

    /** An integer. */
    static Value of(long number) {
        return new Whole(number);
    }

    /** A floating point number. */
    static Value of(double number) {
        return new Real(number);
    }

    /** A truth value. */
    static Value of(boolean bool) {
        return new Bool(bool);
    }

    /** Bytes, which are copied. */
    static Value of(byte[] bytes) {
        return new Binary(bytes);
    }

    /** The number of this value's type in the encoding. */
    default int type() {
        if (this instanceof Text) {
            return TEXT;
        } else if (this instanceof Whole) {
            return WHOLE;
        } else if (this instanceof Real) {
            return REAL;
        } else if (this instanceof Bool bool) {
            return bool.bool ? TRUE : FALSE;
        } else if (this instanceof Opaque opaque) {
            return opaque.type;
        }
        return BINARY;
    }

    @Override
    default int compareTo(Value other) {
        if (this instanceof Text left && other instanceof Text right) {
            return Utf8.compare(left.text, right.text);
        } else if (this instanceof Whole left && other instanceof Whole right) {
            return Long.compare(left.number, right.number);
        } else if (this instanceof Real left && other instanceof Real right) {
            return Double.compare(left.number, right.number);
        } else if (this instanceof Binary left && other instanceof Binary right) {
            return Arrays.compareUnsigned(left.bytes, right.bytes);
        } else if (this instanceof Opaque left && other instanceof Opaque right && left.type == right.type) {
            return Arrays.compareUnsigned(left.bytes, right.bytes);
        }
        return Integer.compare(type(), other.type());
    }
}
