using System.Globalization;
using System.Text.RegularExpressions;

namespace ModelScan.RoutingApi.Configuration.Reading;

/// <summary>Reads the gateway's keys, in the configuration or in the file of keys.</summary>
internal static partial class GatewayKeyReader
{
    private const int MostTags = 16;
    private const int LongestTag = 64;

    /// <summary>Reads <c>keys</c>.</summary>
    /// <param name="map">The mapping that has them.</param>
    /// <param name="isFromFile">Whether it is that of the file of keys.</param>
    /// <param name="taken">Ids that are taken; those read are added.</param>
    public static IReadOnlyList<GatewayKeyConfig> Read(ConfigMap map, bool isFromFile, HashSet<string> taken) =>
        [.. map.Maps("keys").Select(key => ReadOne(key, isFromFile, taken)).OfType<GatewayKeyConfig>()];

    /// <summary>Whether a key can be called so.</summary>
    public static bool IsId(string id) => Id().IsMatch(id);

    private static GatewayKeyConfig? ReadOne(ConfigMap map, bool isFromFile, HashSet<string> taken)
    {
        var id = map.RequiredText("id");
        if (id.Length > 0 && !IsId(id))
            map.Error("id", $"'{id}' must have 1 to 64 letters, digits, dots and dashes, and begin with a letter or digit");
        else if (id.Length > 0 && !taken.Add(id))
            map.Error("id", $"'{id}' is the id of another key already");
        var hash = ReadHash(map);
        var key = new GatewayKeyConfig(id, hash)
        {
            Models = ReadModels(map),
            Tags = ReadTags(map),
            Expires = ReadDate(map),
            Limits = map.Texts("limits"),
            IsDisabled = map.Flag("disabled") ?? false,
            IsFromFile = isFromFile,
        };
        map.RefuseOtherKeys();
        return id.Length > 0 && hash.Length > 0 ? key : null;
    }

    private static string ReadHash(ConfigMap map)
    {
        var text = map.Value("hash");
        if (text is not null && Hash().Match(text) is { Success: true } match)
            return match.Groups[1].Value.ToLowerInvariant();

        // The value is not repeated: it may be the key itself, put there by mistake.
        map.Error("hash", text is null ? "is required: 'modelscan key new' makes a key and its hash" : "must be sha256: and 64 hex digits, as 'modelscan key new' prints it; the key itself belongs to nobody but its client");
        return "";
    }

    private static IReadOnlyList<string> ReadModels(ConfigMap map)
    {
        var models = map.Texts("models");
        foreach (var model in models)
        {
            var star = model.IndexOf('*', StringComparison.Ordinal);
            if (string.IsNullOrWhiteSpace(model) || (star >= 0 && (star != model.Length - 1 || (star > 0 && model[star - 1] is not ('/' or ':')))))
                map.Error("models", $"'{model}' must be a model, provider/*, route:NAME or *");
        }

        return models;
    }

    private static IReadOnlyDictionary<string, string> ReadTags(ConfigMap map)
    {
        var tags = map.TextMap("tags");
        if (tags.Count > MostTags)
            map.Error("tags", $"must be at most {MostTags}");
        foreach (var (name, value) in tags)
        {
            if (name.Length + value.Length >= LongestTag || name.Contains('=', StringComparison.Ordinal) || value.AsSpan().ContainsAnyInRange('\0', '\u001F') || value.Contains(',', StringComparison.Ordinal))
                map.Error("tags", $"'{name}' must have fewer than {LongestTag} characters with its value, on one line, without = in the name and commas in the value");
        }

        return tags;
    }

    private static DateTimeOffset? ReadDate(ConfigMap map)
    {
        if (map.Value("expires") is not { } text)
            return null;
        if (DateTimeOffset.TryParse(text, CultureInfo.InvariantCulture, DateTimeStyles.AssumeUniversal | DateTimeStyles.AdjustToUniversal, out var date))
            return date;
        map.Error("expires", $"must be a date such as 2027-01-31, or 2027-01-31T12:00:00Z, not '{text}'");
        return DateTimeOffset.MinValue;
    }

    [GeneratedRegex("^[A-Za-z0-9][A-Za-z0-9.-]{0,63}$", RegexOptions.None, matchTimeoutMilliseconds: 1000)]
    private static partial Regex Id();

    [GeneratedRegex("^sha256:([0-9a-fA-F]{64})$", RegexOptions.None, matchTimeoutMilliseconds: 1000)]
    private static partial Regex Hash();
}
