using System.Globalization;
using YamlDotNet.RepresentationModel;

namespace ModelScan.RoutingApi.Configuration.Reading;

/// <summary>
/// Reads one mapping of the file by key. Every getter reports what is wrong with its key, with path and line, and goes on with
/// a harmless value, so that one reading finds all errors. Keys nobody asked for are refused by <see cref="RefuseOtherKeys"/>.
/// </summary>
internal sealed class ConfigMap
{
    private readonly ConfigScope _scope;
    private readonly Dictionary<string, YamlNode> _values = new(StringComparer.Ordinal);
    private readonly Dictionary<string, int> _lines = new(StringComparer.Ordinal);
    private readonly HashSet<string> _known = new(StringComparer.Ordinal);

    public ConfigMap(ConfigScope scope, YamlMappingNode node, string path)
    {
        (_scope, Path, Line) = (scope, path, scope.LineOf(node));
        foreach (var (key, value) in node.Children)
        {
            if (key is not YamlScalarNode { Value: { } name })
            {
                scope.Error(path.Length == 0 ? "root" : path, scope.LineOf(key), "keys must be plain text");
                continue;
            }

            _values[name] = value;
            _lines[name] = scope.LineOf(key);
        }
    }

    public string Path { get; }

    public int Line { get; }

    public IEnumerable<string> Keys => _values.Keys;

    /// <summary>Whether the key is there with a value other than null.</summary>
    public bool Has(string key)
    {
        _known.Add(key);
        return _values.TryGetValue(key, out var node) && !IsNull(node);
    }

    /// <summary>The key's path as errors show it.</summary>
    public string At(string key) => Path.Length == 0 ? key : $"{Path}.{key}";

    public void Error(string key, string message) => _scope.Error(At(key), _lines.GetValueOrDefault(key, Line), AsWritten(key, message));

    public void ErrorHere(string message) => _scope.Error(Path.Length == 0 ? "root" : Path, Line, message);

    public void Warning(string key, string message) => _scope.Warning(At(key), _lines.GetValueOrDefault(key, Line), AsWritten(key, message));

    public void Notice(string key, string message) => _scope.Notice(At(key), _lines.GetValueOrDefault(key, Line), AsWritten(key, message));

    /// <summary>Free text: variables are expanded, an unset one stays as it is written.</summary>
    public string? Text(string key) => Scalar(key, (_, written) => written);

    /// <summary>A technical value (key, URL, path): an unset variable becomes empty text and is reported as a notice.</summary>
    public string? Value(string key) => Scalar(key, (name, _) => Unset(key, name));

    public string RequiredText(string key)
    {
        var text = Text(key);
        if (!string.IsNullOrWhiteSpace(text))
            return text;
        if (text is not null || !Has(key))
            Error(key, Has(key) ? "must not be empty" : "is required");
        return "";
    }

    public bool? Flag(string key)
    {
        var text = Value(key);
        switch (text?.ToLowerInvariant())
        {
            case null: return null;
            case "true" or "yes" or "on": return true;
            case "false" or "no" or "off": return false;
            default:
                Error(key, $"must be true or false, not '{text}'");
                return null;
        }
    }

    public double? Number(string key, double min, double max)
    {
        if (Value(key) is not { } text)
            return null;
        if (double.TryParse(text, NumberStyles.Float, CultureInfo.InvariantCulture, out var number) && number >= min && number <= max)
            return number;
        Error(key, $"must be a number from {min.ToString(CultureInfo.InvariantCulture)} to {max.ToString(CultureInfo.InvariantCulture)}, not '{text}'");
        return null;
    }

    public int? Whole(string key, int min, int max)
    {
        if (Value(key) is not { } text)
            return null;
        if (int.TryParse(text, NumberStyles.Integer, CultureInfo.InvariantCulture, out var number) && number >= min && number <= max)
            return number;
        Error(key, $"must be a whole number from {min} to {(max == int.MaxValue ? "2147483647" : max.ToString(CultureInfo.InvariantCulture))}, not '{text}'");
        return null;
    }

    /// <summary>A duration such as <c>30</c> (seconds), <c>250ms</c>, <c>30s</c>, <c>5m</c>, <c>1h</c>.</summary>
    /// <param name="key">The key.</param>
    /// <param name="longest">Its upper bound; <see langword="null"/> for what timers count.</param>
    public TimeSpan? Duration(string key, TimeSpan? longest = null)
    {
        if (Value(key) is not { } text)
            return null;
        var most = longest ?? Quantities.LongestTimer;
        if (Quantities.TryParseDuration(text, out var duration) && duration <= most)
            return duration;
        Error(key, $"must be a duration of at most {Quantities.Describe(most)} such as 30, 30s, 250ms, 5m or 1h, not '{text}'");
        return null;
    }

    /// <summary>How long something is kept, such as <c>12h</c> or <c>30d</c>: no timer counts it, so that it may be longer than a <see cref="Duration"/>.</summary>
    public TimeSpan? Age(string key)
    {
        if (Value(key) is not { } text)
            return null;
        if (Quantities.TryParseDuration(text, out var age) && age >= TimeSpan.FromSeconds(1))
            return age;
        Error(key, $"must be a duration from 1s to {Quantities.Describe(Quantities.LongestAge)} such as 12h or 30d, not '{text}'");
        return null;
    }

    /// <summary>A size such as <c>1048576</c> (bytes), <c>512KB</c>, <c>50MB</c>, <c>1GB</c>; powers of 1,024.</summary>
    public long? Size(string key)
    {
        if (Value(key) is not { } text)
            return null;
        if (Quantities.TryParseSize(text, out var bytes))
            return bytes;
        Error(key, $"must be a size such as 1048576, 512KB, 50MB or 1GB, not '{text}'");
        return null;
    }

    /// <summary>One of <paramref name="allowed"/>; <see langword="null"/> when absent, null or wrong.</summary>
    public string? OneOf(string key, params ReadOnlySpan<string> allowed)
    {
        if (Text(key) is not { } text)
            return null;
        if (allowed.Contains(text))
            return text;
        Error(key, $"'{text}' is not one of {string.Join(", ", allowed.ToArray())}");
        return null;
    }

    /// <summary>A value of an enumeration by its name; <see langword="null"/> when absent, null or wrong.</summary>
    public T? Choice<T>(string key)
        where T : struct, Enum => ConfigNames<T>.Find(OneOf(key, ConfigNames<T>.All));

    /// <summary>An absolute http or https URL. An empty value (an unset variable, say) is refused too.</summary>
    public Uri? HttpUrl(string key)
    {
        if (Value(key) is not { } text)
            return null;
        if (Uri.TryCreate(text, UriKind.Absolute, out var url) && url.Scheme is "http" or "https" && url.Host.Length > 0)
            return url;
        Error(key, $"must be an http or https URL with a host, not '{text}'");
        return null;
    }

    public ConfigMap? Map(string key)
    {
        if (!Has(key))
            return null;
        if (_values[key] is YamlMappingNode mapping)
            return new ConfigMap(_scope, mapping, At(key));
        Error(key, "must be a mapping");
        return null;
    }

    public bool IsScalar(string key) => Has(key) && _values[key] is YamlScalarNode;

    public bool IsMapping(string key) => Has(key) && _values[key] is YamlMappingNode;

    /// <summary>A list of mappings; empty when absent.</summary>
    public IReadOnlyList<ConfigMap> Maps(string key)
    {
        var maps = new List<ConfigMap>();
        var index = 0;
        foreach (var item in Items(key))
        {
            var path = $"{At(key)}[{index++}]";
            if (item is YamlMappingNode mapping)
                maps.Add(new ConfigMap(_scope, mapping, path));
            else
                _scope.Error(path, _scope.LineOf(item), "must be a mapping");
        }

        return maps;
    }

    /// <summary>A list of texts; empty when absent.</summary>
    public IReadOnlyList<string> Texts(string key)
    {
        var texts = new List<string>();
        var index = 0;
        foreach (var item in Items(key))
        {
            if (item is YamlScalarNode { Value: { } value } && !IsNull(item))
                texts.Add(_scope.Variables.Expand(value, (_, written) => written));
            else
                _scope.Error($"{At(key)}[{index}]", _scope.LineOf(item), "must be text");
            index++;
        }

        return texts;
    }

    /// <summary>A list of technical values; empty when absent. An unset variable becomes empty text and is reported as a notice.</summary>
    public IReadOnlyList<string> Values(string key)
    {
        var values = new List<string>();
        foreach (var item in Items(key))
        {
            if (item is YamlScalarNode { Value: { } value } && !IsNull(item))
                values.Add(_scope.Variables.Expand(value, (name, _) => Unset(key, name)));
            else
                _scope.Error($"{At(key)}[{values.Count}]", _scope.LineOf(item), "must be a single value");
        }

        return values;
    }

    /// <summary>A mapping of texts to texts; empty when absent.</summary>
    public IReadOnlyDictionary<string, string> TextMap(string key)
    {
        var texts = new Dictionary<string, string>(StringComparer.Ordinal);
        if (Map(key) is not { } map)
            return texts;
        foreach (var name in map.Keys.ToArray())
        {
            if (map.Value(name) is { } value)
                texts[name] = value;
        }

        return texts;
    }

    /// <summary>Accepts keys that do nothing here, and says so when one is there: of a key that protects as a warning, of another as a notice.</summary>
    /// <exception cref="ArgumentException">A key is not in the table <see cref="UnenforcedKeys"/>.</exception>
    public void WithoutEffect(params ReadOnlySpan<string> keys)
    {
        foreach (var key in keys)
        {
            var row = UnenforcedKeys.Find(At(key));
            if (!Has(key))
                continue;
            if (row.Protects)
                Warning(key, $"is NOT enforced: {row.Reason}");
            else
                Notice(key, $"accepted, without effect: {row.Reason}");
        }
    }

    /// <summary>Refuses every key that was not asked for, naming the nearest one that exists.</summary>
    public void RefuseOtherKeys()
    {
        foreach (var key in _values.Keys.Where(key => !_known.Contains(key)))
        {
            var nearest = NearestName.Find(key, _known);
            Error(key, nearest is null ? "unknown key" : $"unknown key; did you mean '{nearest}'?");
        }
    }

    /// <summary>Tolerates every key that was not asked for, and says that it does nothing.</summary>
    public void NoticeOtherKeys()
    {
        foreach (var key in _values.Keys.Where(key => !_known.Contains(key)))
            Notice(key, NearestName.Find(key, _known) is { } nearest ? $"unknown key, without effect; did you mean '{nearest}'?" : "unknown key, without effect");
    }

    // What is wrong with a value that a variable stands for is told with the variable's name.
    private string AsWritten(string key, string message) =>
        _values.GetValueOrDefault(key) is YamlScalarNode { Value: { } written } ? _scope.Variables.AsWritten(message, written) : message;

    private string Unset(string key, string variable)
    {
        Notice(key, $"environment variable {variable} is not set");
        return "";
    }

    private IEnumerable<YamlNode> Items(string key)
    {
        if (!Has(key))
            return [];
        if (_values[key] is YamlSequenceNode sequence)
            return sequence.Children;
        Error(key, "must be a list");
        return [];
    }

    private string? Scalar(string key, Func<string, string, string> undefined)
    {
        if (!Has(key))
            return null;
        if (_values[key] is YamlScalarNode { Value: { } value })
            return _scope.Variables.Expand(value, undefined);
        Error(key, "must be a single value");
        return null;
    }

    private static bool IsNull(YamlNode node) =>
        node is YamlScalarNode { Style: YamlDotNet.Core.ScalarStyle.Plain, Value: null or "" or "~" or "null" or "Null" or "NULL" };
}
