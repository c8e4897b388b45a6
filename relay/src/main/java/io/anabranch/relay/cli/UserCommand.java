package io.anabranch.relay.cli;

import io.anabranch.crdt.Value;
import io.anabranch.relay.configuration.ConfigurationEdit;
import io.anabranch.replica.schema.ConfigurationRecord;
import io.anabranch.replica.schema.UserAccount;
import io.vertx.core.json.JsonArray;
import io.vertx.core.json.JsonObject;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collection;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;

/** {@code relay user}: the people whose devices sync. */
@Command(
        name = "user",
        description = "Add, change, revoke and list users.",
        mixinStandardHelpOptions = true,
        subcommands = {
            UserCommand.Add.class,
            UserCommand.Change.class,
            UserRevokeCommand.class,
            UserCommand.ListAll.class
        })
final class UserCommand implements Runnable {

    private static final Set<String> OF_EVERY_USER = Set.of("id", "name", "profile");

    @Spec
    @SuppressWarnings("NullAway.Init")
    private CommandSpec spec;

    @Override
    public void run() {
        throw new ParameterException(spec.commandLine(), "Say what to do: add, set, revoke or list.");
    }

    /** What is said of a user on the command line. */
    private static final class Properties {

        @Option(
                names = "--attr",
                paramLabel = "NAME=VALUE",
                description = "An attribute, such as territory=West, or territory=West,East for several values; may be"
                        + " repeated. An empty value removes it. Whole numbers and true and false are values of"
                        + " these types, in quotes they are text: level='\"2\"'.")
        private Map<String, String> attributes = new LinkedHashMap<>();

        @Option(
                names = "--profile",
                paramLabel = "PROFILE",
                description = "The user's profile; an empty one takes it away.")
        private @Nullable String profile;

        @Option(
                names = "--active",
                arity = "1",
                paramLabel = "true|false",
                description = "Whether the user may sync and change anything.")
        private @Nullable Boolean active;

        private ConfigurationEdit of(String name, UserAccount user) {
            Map<String, List<Value>> all = new TreeMap<>(user.attributes());
            attributes.forEach((attribute, text) -> {
                if (OF_EVERY_USER.contains(attribute)) {
                    throw new CommandFailedException(
                            "Every user has the attribute " + attribute + ", and it is fixed.");
                }
                all.put(attribute, values(text));
            });
            all.values().removeIf(List::isEmpty);
            UserAccount changed = new UserAccount(
                    name, profile == null ? user.profile() : profile, active == null ? user.active() : active, all);
            return ConfigurationEdit.replacing(ConfigurationRecord.of(user), ConfigurationRecord.of(changed));
        }

        private static List<Value> values(String text) {
            return text.isEmpty()
                    ? List.of()
                    : Arrays.stream(text.split(",", -1)).map(Properties::value).toList();
        }

        private static Value value(String text) {
            if (text.matches("-?(0|[1-9][0-9]{0,17})")) {
                return Value.of(Long.parseLong(text));
            } else if (text.equals("true") || text.equals("false")) {
                return Value.of(text.equals("true"));
            }
            boolean quoted = text.length() > 1 && text.startsWith("\"") && text.endsWith("\"");
            return Value.of(quoted ? text.substring(1, text.length() - 1) : text);
        }
    }

    @Command(name = "add", description = "Add a user.", mixinStandardHelpOptions = true)
    static final class Add extends RelayTask {

        @Parameters(paramLabel = "NAME", description = "The user's name.")
        private String name = "";

        @Mixin
        private Properties properties = new Properties();

        @Mixin
        private ChangeOptions change = new ChangeOptions();

        @Mixin
        private RelayChoice relay = new RelayChoice();

        @Override
        void perform() {
            try (Administrator administrator = relay.open(true)) {
                ConfigurationAccess access = new ConfigurationAccess(administrator);
                if (access.configuration().users().containsKey(name)) {
                    throw new CommandFailedException(
                            "There is a user of this name: " + name + ". Change it with: user set " + name);
                }
                change.change(access, properties.of(name, UserAccount.named(name)), this);
            }
        }
    }

    @Command(
            name = "set",
            description = "Change a user's attributes, profile or activity; what is not named stays as it is.",
            mixinStandardHelpOptions = true)
    static final class Change extends RelayTask {

        @Parameters(paramLabel = "NAME", description = "The user's name.")
        private String name = "";

        @Mixin
        private Properties properties = new Properties();

        @Mixin
        private ChangeOptions change = new ChangeOptions();

        @Mixin
        private RelayChoice relay = new RelayChoice();

        @Override
        void perform() {
            try (Administrator administrator = relay.open(false)) {
                ConfigurationAccess access = new ConfigurationAccess(administrator);
                UserAccount user = access.configuration().users().get(name);
                if (user == null) {
                    throw new CommandFailedException(
                            "There is no user of this name: " + name + ". Add it with: user add " + name);
                }
                change.change(access, properties.of(name, user), this);
            }
        }
    }

    @Command(name = "list", description = "List the users, by name.", mixinStandardHelpOptions = true)
    static final class ListAll extends RelayTask {

        @Option(names = "--json", description = "One JSON object a line.")
        private boolean json;

        @Mixin
        private RelayChoice relay = new RelayChoice();

        @Override
        void perform() {
            try (Administrator administrator = relay.open(false)) {
                Collection<UserAccount> users = new ConfigurationAccess(administrator)
                        .configuration()
                        .users()
                        .values();
                if (json) {
                    users.forEach(user -> print(json(user)));
                } else {
                    new TextTable("NAME", "PROFILE", "ACTIVE", "ATTRIBUTES")
                            .rows(
                                    users,
                                    user -> List.of(
                                            user.name(),
                                            user.profile(),
                                            user.active() ? "yes" : "no",
                                            attributes(user)))
                            .lines()
                            .forEach(this::print);
                }
            }
        }

        private static String json(UserAccount user) {
            JsonObject attributes = new JsonObject();
            own(user)
                    .forEach((name, values) ->
                            attributes.put(name, values.size() == 1 ? json(values.get(0)) : list(values)));
            return new JsonObject()
                    .put("name", user.name())
                    .put("profile", user.profile())
                    .put("active", user.active())
                    .put("attributes", attributes)
                    .encode();
        }

        private static JsonArray list(List<Value> values) {
            List<Object> list = new ArrayList<>();
            values.forEach(value -> list.add(json(value)));
            return new JsonArray(list);
        }

        private static Object json(Value value) {
            if (value instanceof Value.Whole whole) {
                return whole.number();
            } else if (value instanceof Value.Real real) {
                return real.number();
            }
            return value instanceof Value.Bool bool ? (Object) bool.bool() : value.toString();
        }

        private static String attributes(UserAccount user) {
            return own(user).entrySet().stream()
                    .map(attribute -> attribute.getKey() + "="
                            + attribute.getValue().stream().map(Value::toString).collect(Collectors.joining(",")))
                    .collect(Collectors.joining(" "));
        }

        private static Map<String, List<Value>> own(UserAccount user) {
            Map<String, List<Value>> own = new TreeMap<>(user.attributes());
            own.keySet().removeAll(OF_EVERY_USER);
            return own;
        }
    }
}
