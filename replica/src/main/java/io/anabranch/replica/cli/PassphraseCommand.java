package io.anabranch.replica.cli;

import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.anabranch.replica.encryption.KeyFile;
import io.anabranch.replica.encryption.Passphrase;
import java.io.PrintWriter;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.ParentCommand;
import picocli.CommandLine.Spec;

/** Who can open an encrypted store. */
@Command(
        name = "passphrase",
        description = "Says what opens an encrypted store, and changes it. The store itself is not written anew.",
        mixinStandardHelpOptions = true,
        subcommands = {
            PassphraseCommand.Change.class,
            PassphraseCommand.Add.class,
            PassphraseCommand.Remove.class,
            PassphraseCommand.ListKeys.class
        })
final class PassphraseCommand implements Runnable {

    @Spec
    @SuppressWarnings("NullAway.Init")
    private CommandSpec spec;

    @ParentCommand
    @SuppressWarnings("NullAway.Init")
    private DeviceCommand device;

    @Override
    public void run() {
        throw new ParameterException(spec.commandLine(), "say what to do: change, add, remove or list");
    }

    /** The passphrase that comes. */
    private static final class Coming {

        private static final String VARIABLE = "ANABRANCH_NEW_PASSPHRASE";

        @Option(
                names = "--new-passphrase-file",
                paramLabel = "FILE",
                description = "Has the new passphrase, in its first line; or set " + VARIABLE + ".")
        private @Nullable Path file;

        Passphrase passphrase() {
            String variable = System.getenv(VARIABLE);
            if (file == null && (variable == null || variable.isEmpty())) {
                throw new CliFailure("say the new passphrase with --new-passphrase-file FILE or " + VARIABLE);
            }
            char[] text = file == null ? variable.toCharArray() : KeyOptions.read(file);
            try {
                return new Passphrase(text);
            } finally {
                Arrays.fill(text, '\0');
            }
        }
    }

    /** A command that changes the keys. */
    private abstract static class Changing implements Callable<Integer> {

        @Spec
        @SuppressWarnings("NullAway.Init")
        CommandSpec spec;

        @ParentCommand
        @SuppressWarnings("NullAway.Init")
        PassphraseCommand parent;

        DeviceCommand device() {
            return parent.device;
        }

        PrintWriter err() {
            return spec.commandLine().getErr();
        }
    }

    @Command(
            name = "change",
            description = "Puts a new passphrase in the place of the one that is given.",
            mixinStandardHelpOptions = true)
    static final class Change extends Changing {

        @Mixin
        @SuppressWarnings("NullAway.Init")
        private Coming coming;

        @Override
        public Integer call() {
            try (Passphrase by = coming.passphrase()) {
                device().encryption().replaceKey(device().key().required(), by);
            }
            err().println("changed; copies of the store made before still open with the old one");
            return 0;
        }
    }

    @Command(name = "add", description = "Lets one more passphrase open the store.", mixinStandardHelpOptions = true)
    static final class Add extends Changing {

        @Mixin
        @SuppressWarnings("NullAway.Init")
        private Coming coming;

        @Override
        public Integer call() {
            try (Passphrase another = coming.passphrase()) {
                int number = device().encryption().addKey(device().key().required(), another);
                err().println("added as number " + number);
            }
            return 0;
        }
    }

    @Command(
            name = "remove",
            description = "Takes away a passphrase or key by its number, but not the one that is given.",
            mixinStandardHelpOptions = true)
    static final class Remove extends Changing {

        @Parameters(paramLabel = "NUMBER", description = "As list says.")
        private int number;

        @Override
        public Integer call() {
            device().encryption().removeKey(device().key().required(), number);
            return 0;
        }
    }

    @Command(name = "list", description = "Says what kinds of keys open the store.", mixinStandardHelpOptions = true)
    static final class ListKeys extends Changing {

        @Option(names = "--json", description = "Print JSON, one object a line, and nothing else.")
        private boolean json;

        @Override
        public Integer call() {
            PrintWriter out = spec.commandLine().getOut();
            for (KeyFile.Slot slot : device().encryption().keys()) {
                if (json) {
                    ObjectNode node = JsonNodeFactory.instance.objectNode();
                    node.put("number", slot.number());
                    node.put("kind", slot.kind());
                    out.println(node);
                } else {
                    out.println(slot.number() + "  " + slot.kind());
                }
            }
            out.flush();
            return 0;
        }
    }
}
