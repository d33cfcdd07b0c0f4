using System.Globalization;

namespace ModelScan.RoutingApi.Configuration.Reading;

/// <summary>Reads <c>governance.limits</c>.</summary>
internal static class LimitReader
{
    /// <summary>The largest amount: beyond it numbers are no longer exact in every store.</summary>
    public const double MostAmount = 1e12;

    private const int LongestId = 64;
    private static readonly TimeSpan ShortestRolling = TimeSpan.FromMinutes(1);

    /// <summary>Reads the limits.</summary>
    /// <param name="map">The mapping that has them.</param>
    /// <param name="unknown">Whether models are unknown that limits name as fallbacks.</param>
    public static IReadOnlyList<LimitConfig> Read(ConfigMap map, Func<string, bool> unknown)
    {
        var limits = new List<LimitConfig>();
        foreach (var limit in map.Maps("limits"))
        {
            if (ReadOne(limit, unknown) is not { } read)
                continue;
            if (limits.Exists(other => other.Id == read.Id))
                limit.Error("id", $"'{read.Id}' is the id of another limit already");
            limits.Add(read);
        }

        return limits;
    }

    private static LimitConfig? ReadOne(ConfigMap map, Func<string, bool> unknown)
    {
        var id = map.RequiredText("id");
        if (id.Length > LongestId || (id.Length > 0 && !GatewayKeyReader.IsId(id)))
            map.Error("id", $"'{id}' must have 1 to {LongestId} letters, digits, dots and dashes, and begin with a letter or digit");
        var kind = map.Choice<LimitKind>("kind");
        if (kind is null && !map.Has("kind"))
            map.Error("kind", $"is required: {ConfigNames<LimitKind>.Listed}");
        var amount = map.Number("amount", 0, MostAmount);
        if (amount is null && !map.Has("amount"))
            map.Error("amount", "is required");
        if (kind is LimitKind.Requests or LimitKind.Parallel && amount is { } whole && whole != Math.Floor(whole))
            map.Error("amount", $"must be a whole number, not {whole.ToString(CultureInfo.InvariantCulture)}");
        var (per, name) = ReadSubject(map);
        var limit = new LimitConfig(id, kind ?? default, amount ?? 0)
        {
            Window = ReadWindow(map, kind),
            Per = per,
            PerName = name,
            Mode = map.Choice<LimitMode>("mode") ?? LimitMode.Hard,
            Cost = ReadCost(map, kind),
            WarnAt = ReadWarnings(map),
            Models = map.Texts("models"),
            Headers = ReadHeaders(map),
            Tags = map.TextMap("tags"),
        };
        if (limit is { Kind: LimitKind.Parallel, Mode: LimitMode.Soft })
            map.Error("mode", "soft has no meaning for requests at the same time: they are counted while they run");
        limit = ReadExceeded(map, limit, unknown);
        map.RefuseOtherKeys();
        return id.Length > 0 && kind is not null ? limit : null;
    }

    private static (LimitSubject Per, string? Name) ReadSubject(ConfigMap map)
    {
        switch (map.Text("per"))
        {
            case null or "all": return (LimitSubject.All, null);
            case "key": return (LimitSubject.Key, null);
            case "model": return (LimitSubject.Model, null);
            case "provider": return (LimitSubject.Provider, null);
            case { } tag when tag.StartsWith("tag.", StringComparison.Ordinal) && tag.Length > 4: return (LimitSubject.Tag, tag[4..]);
            case { } header when header.StartsWith("header:", StringComparison.Ordinal) && header.Length > 7:
                HeaderValues.CheckName(map, "per", header[7..].Trim());
                return (LimitSubject.Header, header[7..].Trim());
            case { } other:
                map.Error("per", $"'{other}' must be all, key, tag.NAME, header:NAME, model or provider");
                return default;
        }
    }

    private static WindowConfig ReadWindow(ConfigMap map, LimitKind? kind)
    {
        var text = map.Text("window");
        var zone = ReadZone(map);
        if (kind == LimitKind.Parallel)
        {
            if (text is not null)
                map.Error("window", "has no meaning for requests at the same time");
            return new WindowConfig(WindowUnit.Month);
        }

        if (text is null)
        {
            map.Error("window", "is required: second, minute, hour, day, week, month, or rolling and a duration such as rolling 5h");
            return new WindowConfig(WindowUnit.Month);
        }

        if (text.StartsWith("rolling ", StringComparison.Ordinal) && Quantities.TryParseDuration(text["rolling ".Length..], out var length) && length >= ShortestRolling)
            return new WindowConfig(WindowUnit.Rolling) { Length = length };
        if (ConfigNames<WindowUnit>.Find(text) is { } unit and not WindowUnit.Rolling)
            return new WindowConfig(unit) { Zone = zone };
        map.Error("window", $"'{text}' must be second, minute, hour, day, week, month, or rolling and a duration of at least a minute, such as rolling 5h");
        return new WindowConfig(WindowUnit.Month);
    }

    private static TimeZoneInfo? ReadZone(ConfigMap map)
    {
        if (map.Text("timezone") is not { } name)
            return null;
        if (TimeZoneInfo.TryFindSystemTimeZoneById(name, out var zone))
            return zone;
        map.Error("timezone", $"'{name}' is no time zone that this machine knows, such as Europe/Berlin");
        return null;
    }

    private static TokenCost ReadCost(ConfigMap map, LimitKind? kind)
    {
        if (map.Text("cost") is not { } text)
            return TokenCost.Every;
        if (kind != LimitKind.Tokens)
            map.Error("cost", "has a meaning for limits of tokens alone");
        if (TokenCostReader.Parse(text, out var problem) is { } cost)
            return cost;
        map.Error("cost", problem!);
        return TokenCost.Every;
    }

    private static IReadOnlyList<int> ReadWarnings(ConfigMap map)
    {
        var read = new SortedSet<int>();
        foreach (var text in map.Texts("warn_at"))
        {
            if (int.TryParse(text, NumberStyles.None, CultureInfo.InvariantCulture, out var percent) && percent is >= 1 and <= 100)
                read.Add(percent);
            else
                map.Error("warn_at", $"'{text}' must be a percentage from 1 to 100");
        }

        return [.. read];
    }

    private static IReadOnlyDictionary<string, string> ReadHeaders(ConfigMap map)
    {
        var headers = map.TextMap("headers");
        foreach (var name in headers.Keys)
            HeaderValues.CheckName(map, "headers", name);
        return headers;
    }

    // reject, route_cheaper, or fallback: [models].
    private static LimitConfig ReadExceeded(ConfigMap map, LimitConfig limit, Func<string, bool> unknown)
    {
        if (!map.IsMapping("on_exceeded"))
        {
            var choice = map.OneOf("on_exceeded", "reject", "route_cheaper");
            if (choice == "route_cheaper" && !limit.IsOfTheModel)
                map.Error("on_exceeded", "route_cheaper has a meaning where it depends on the model whether a request fits: spend, tokens, or per model or provider");
            return limit with { OnExceeded = choice == "route_cheaper" ? OnExceeded.RouteCheaper : OnExceeded.Reject };
        }

        var exceeded = map.Map("on_exceeded")!;
        var models = exceeded.Texts("fallback");
        exceeded.RefuseOtherKeys();
        if (models.Count == 0)
            exceeded.Error("fallback", "is required: the models that are asked instead");
        foreach (var model in models.Where(unknown))
            exceeded.Error("fallback", $"'{model}' is not among model_providers");
        if (!limit.IsOfTheModel)
            map.Error("on_exceeded", "fallback has a meaning where it depends on the model whether a request fits: spend, tokens, or per model or provider");
        return limit with { OnExceeded = OnExceeded.Fallback, Fallback = models };
    }
}
