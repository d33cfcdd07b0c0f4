using System.Text.RegularExpressions;

namespace ModelScan.RoutingApi.Configuration.Reading;

/// <summary>Reads <c>guards</c>, and Plano's <c>prompt_guards</c>.</summary>
internal static class GuardsReader
{
    private const int MostCharacters = 1 << 30;
    private const int LongestPattern = 4096;
    private const int MostPatterns = 256;

    /// <summary>Reads both sections.</summary>
    /// <param name="root">The file.</param>
    /// <param name="filters">The filters of the model listener.</param>
    public static GuardsConfig Read(ConfigMap root, ListenerFilters filters)
    {
        var config = new GuardsConfig { InputFilters = filters.Input, OutputFilters = filters.Output };
        if (root.Map("guards") is { } map)
        {
            config = config with
            {
                Input = [.. map.Maps("input").Select(guard => ReadGuard(guard, isInput: true)).OfType<GuardConfig>()],
                Output = [.. map.Maps("output").Select(guard => ReadGuard(guard, isInput: false)).OfType<GuardConfig>()],
                Stream = map.Choice<StreamGuarding>("stream") ?? default,
                Window = map.Whole("window", 16, 65536) ?? config.Window,
            };
            map.RefuseOtherKeys();
        }

        return ReadPromptGuards(root) is { } jailbreak ? config with { Input = [.. config.Input, jailbreak] } : config;
    }

    private static GuardConfig? ReadGuard(ConfigMap map, bool isInput)
    {
        var kinds = KindsOf(isInput);
        var kind = ConfigNames<GuardKind>.Find(map.OneOf("type", kinds));
        if (!map.Has("type"))
            map.Error("type", $"is required: {string.Join(", ", kinds)}");
        var action = map.Choice<GuardAction>("action");
        var guard = new GuardConfig(kind ?? default, Name(map, kind), action ?? DefaultAction(kind))
        {
            Entities = ReadEntities(map, kind),
            Patterns = ReadPatterns(map, kind),
            MaxCharacters = map.Whole("max_characters", 1, MostCharacters) ?? int.MaxValue,
            Message = map.Text("message"),
        };
        if (isInput)
        {
            guard = guard with
            {
                Threshold = map.Number("threshold", 0, 1) ?? guard.Threshold,
                Endpoint = map.HttpUrl("endpoint"),
                ApiKey = map.Value("api_key") is { Length: > 0 } key ? key : null,
                Timeout = RoutingSectionReader.Positive(map, "timeout", guard.Timeout, Quantities.LongestTimer),
                OnError = map.Choice<OnGuardError>("on_error") ?? default,
            };
        }

        map.RefuseOtherKeys();
        if (kind is null)
            return null;
        RequireSense(map, guard);
        return guard;
    }

    /// <summary>What guards of one direction can look for: whoever looks at instructions looks at requests, whoever looks at structures at answers.</summary>
    internal static string[] KindsOf(bool isInput) => [.. ConfigNames<GuardKind>.All.Where(name => name != ConfigNames<GuardKind>.Of(isInput ? GuardKind.JsonSchema : GuardKind.Jailbreak))];

    private static void RequireSense(ConfigMap map, GuardConfig guard)
    {
        if (guard.Kind is GuardKind.Length or GuardKind.Jailbreak or GuardKind.JsonSchema && guard.Action == GuardAction.Redact)
            map.Error("action", "must be note or block: there is nothing that a placeholder could stand for");
        if (guard.Kind == GuardKind.Length && !map.Has("max_characters"))
            map.Error("max_characters", "is required for length");
        OnlyFor("entities", GuardKind.Pii);
        OnlyFor("patterns", GuardKind.Deny);
        OnlyFor("max_characters", GuardKind.Length);
        foreach (var key in (ReadOnlySpan<string>)["threshold", "endpoint", "api_key", "timeout", "on_error"])
            OnlyFor(key, GuardKind.Jailbreak);

        void OnlyFor(string key, GuardKind kind)
        {
            if (guard.Kind != kind && map.Has(key))
                map.Error(key, $"belongs to guards of type {ConfigNames<GuardKind>.Of(kind)}");
        }
    }

    private static string Name(ConfigMap map, GuardKind? kind)
    {
        if (map.Text("name") is not { } name)
            return kind is { } known ? ConfigNames<GuardKind>.Of(known) : "";
        if (name.Length is 0 or > 64 || name.Any(letter => !char.IsAsciiLetterOrDigit(letter) && letter is not ('-' or '_' or '.')))
            map.Error("name", "must have 1 to 64 letters, digits, '-', '_' or '.'");
        return name;
    }

    private static GuardAction DefaultAction(GuardKind? kind) => kind is GuardKind.Secrets or GuardKind.Pii ? GuardAction.Redact : GuardAction.Block;

    private static PiiEntity[] ReadEntities(ConfigMap map, GuardKind? kind)
    {
        var named = map.Texts("entities");
        foreach (var name in named.Where(name => ConfigNames<PiiEntity>.Find(name) is null))
            map.Error("entities", $"'{name}' is not one of {string.Join(", ", ConfigNames<PiiEntity>.All)}");
        return kind != GuardKind.Pii ? [] : named.Count == 0 ? Enum.GetValues<PiiEntity>() : [.. named.Select(ConfigNames<PiiEntity>.Find).OfType<PiiEntity>().Distinct()];
    }

    private static IReadOnlyList<string> ReadPatterns(ConfigMap map, GuardKind? kind)
    {
        var patterns = map.Texts("patterns");
        if (kind == GuardKind.Deny && patterns.Count == 0)
            map.Error("patterns", "is required for deny");
        if (patterns.Count > MostPatterns)
            map.Error("patterns", $"has more than {MostPatterns} patterns");
        for (var i = 0; i < patterns.Count; i++)
        {
            try
            {
                // In time proportional to the text, whatever it holds: without look-around and references back.
                if (patterns[i].Length is 0 or > LongestPattern)
                    map.Error("patterns", $"[{i}] must have 1 to {LongestPattern} characters");
                else if (new Regex(patterns[i], RegexOptions.NonBacktracking).IsMatch(""))
                    map.Error("patterns", $"[{i}] fits anything, even nothing");
            }
            catch (Exception exception) when (exception is ArgumentException or NotSupportedException)
            {
                map.Error("patterns", $"[{i}] '{patterns[i]}' is no regular expression that can be used: {exception.Message}");
            }
        }

        return patterns;
    }

    // input_guards: { jailbreak: { on_exception: { message } } }
    private static GuardConfig? ReadPromptGuards(ConfigMap root)
    {
        if (root.Map("prompt_guards") is not { } guards)
            return null;
        GuardConfig? jailbreak = null;
        if (guards.Map("input_guards") is { } input)
        {
            if (input.Map("jailbreak") is { } map)
            {
                string? message = null;
                if (map.Map("on_exception") is { } exception)
                {
                    message = exception.Text("message");
                    exception.RefuseOtherKeys();
                }

                map.RefuseOtherKeys();
                jailbreak = new GuardConfig(GuardKind.Jailbreak, "jailbreak", GuardAction.Block) { Message = message };
            }

            input.RefuseOtherKeys();
        }

        guards.RefuseOtherKeys();
        return jailbreak;
    }
}
