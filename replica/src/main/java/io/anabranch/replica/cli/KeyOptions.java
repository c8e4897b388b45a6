package io.anabranch.replica.cli;

import io.anabranch.replica.encryption.KeyException;
import io.anabranch.replica.encryption.KeySource;
import io.anabranch.replica.encryption.KeyStoreKey;
import io.anabranch.replica.encryption.Passphrase;
import java.io.IOException;
import java.io.InputStream;
import java.nio.ByteBuffer;
import java.nio.CharBuffer;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.GeneralSecurityException;
import java.security.KeyStore;
import java.util.Arrays;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Option;
import picocli.CommandLine.ScopeType;

/** What opens an encrypted store, from the command line or the environment. */
final class KeyOptions {

    private static final String VARIABLE = "ANABRANCH_PASSPHRASE";
    private static final int SIZE_MAX = 4096;

    @Option(
            names = "--passphrase-file",
            paramLabel = "FILE",
            scope = ScopeType.INHERIT,
            description = "Has the passphrase of an encrypted store, in its first line; or set " + VARIABLE + ".")
    private @Nullable Path passphraseFile;

    @Option(
            names = "--key-store",
            paramLabel = "FILE",
            scope = ScopeType.INHERIT,
            description =
                    "A PKCS #12 file that has the AES key of an encrypted store; the passphrase is that of the file.")
    private @Nullable Path keyStore;

    @Option(
            names = "--key-alias",
            paramLabel = "NAME",
            scope = ScopeType.INHERIT,
            defaultValue = "anabranch",
            description = "The key's name in the key store; ${DEFAULT-VALUE} if left out.")
    @SuppressWarnings("NullAway.Init")
    private String keyAlias;

    /** Null if nothing was said. */
    @Nullable
    KeySource source() {
        char[] text = passphraseFile == null ? environment(VARIABLE) : read(passphraseFile);
        try {
            if (keyStore != null) {
                return inKeyStore(keyStore, text == null ? new char[0] : text);
            }
            return text == null ? null : new Passphrase(text);
        } finally {
            if (text != null) {
                Arrays.fill(text, '\0');
            }
        }
    }

    /** Fails if nothing was said. */
    KeySource required() {
        KeySource source = source();
        if (source == null) {
            throw new CliFailure(
                    "say what opens the store with --passphrase-file FILE, " + VARIABLE + " or --key-store FILE");
        }
        return source;
    }

    private KeySource inKeyStore(Path file, char[] password) {
        try (InputStream in = Files.newInputStream(file)) {
            KeyStore store = KeyStore.getInstance("PKCS12");
            store.load(in, password);
            return KeyStoreKey.of(store, keyAlias, password);
        } catch (IOException | GeneralSecurityException e) {
            throw new KeyException(
                    KeyException.Code.FAILED, "the key store cannot be opened: " + file + ": " + e.getMessage(), e);
        }
    }

    private static char @Nullable [] environment(String variable) {
        String text = System.getenv(variable);
        return text == null || text.isEmpty() ? null : text.toCharArray();
    }

    /** The first line of a file, without its end. */
    static char[] read(Path file) {
        byte[] bytes = new byte[0];
        try (InputStream in = Files.newInputStream(file)) {
            bytes = in.readNBytes(SIZE_MAX);
            CharBuffer decoded = StandardCharsets.UTF_8.newDecoder().decode(ByteBuffer.wrap(bytes));
            int end = 0;
            while (end < decoded.length() && decoded.charAt(end) != '\n' && decoded.charAt(end) != '\r') {
                end++;
            }
            char[] text = new char[end];
            decoded.get(text);
            Arrays.fill(decoded.array(), '\0');
            return text;
        } catch (CharacterCodingException e) {
            throw new CliFailure("the passphrase in " + file + " is not UTF-8");
        } catch (IOException e) {
            throw new CliFailure("the passphrase cannot be read: " + file);
        } finally {
            Arrays.fill(bytes, (byte) 0);
        }
    }
}
