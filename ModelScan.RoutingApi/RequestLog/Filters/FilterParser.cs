using System.Collections.Frozen;
using System.Globalization;
using ModelScan.RoutingApi.Configuration;
using ModelScan.RoutingApi.Configuration.Reading;
using ModelScan.RoutingApi.RequestLog.Blocks;
using ModelScan.RoutingApi.RequestLog.Records;

namespace ModelScan.RoutingApi.RequestLog.Filters;

/// <summary>
/// Reads filters as people type them: <c>route:code model:openai/*,anthropic/* cost:&gt;0.01 -state:completed since:1h slow</c>. Conditions
/// stand apart by blanks and all have to hold; commas separate what may be in one of them; <c>-</c> turns one around; quotes hold blanks
/// together; a word alone is looked for in every text.
/// </summary>
internal static class FilterParser
{
    private const int MaxLength = 4096;
    private const int MaxTerms = 64;

    private static readonly FrozenDictionary<string, Column> TextKeys = new Dictionary<string, Column>
    {
        ["route"] = Column.Route,
        ["model"] = Column.Model,
        ["asked"] = Column.RequestModel,
        ["returned"] = Column.ResponseModel,
        ["provider"] = Column.Provider,
        ["key"] = Column.Key,
        ["session"] = Column.Session,
        ["client"] = Column.UserAgent,
        ["operation"] = Column.Operation,
        ["format"] = Column.Format,
        ["mode"] = Column.Mode,
        ["error"] = Column.ErrorType,
        ["decided_by"] = Column.DecidedBy,
        ["why"] = Column.Why,
        ["policy"] = Column.ConfigHash,
    }.ToFrozenDictionary(StringComparer.Ordinal);

    private static readonly FrozenDictionary<string, RecordFlags> FlagKeys = new Dictionary<string, RecordFlags>
    {
        ["stream"] = RecordFlags.Stream,
        ["pinned"] = RecordFlags.Pinned,
        ["switched"] = RecordFlags.Switched,
        ["fallback"] = RecordFlags.FellBack,
        ["partial"] = RecordFlags.UsageIsPartial,
        ["estimated"] = RecordFlags.IsEstimated,
        ["body"] = RecordFlags.HasBody,
        ["input"] = RecordFlags.HasInput,
    }.ToFrozenDictionary(StringComparer.Ordinal);

    private static readonly FrozenDictionary<string, (Column Column, Unit Unit)> NumberKeys = new Dictionary<string, (Column, Unit)>
    {
        ["status"] = (Column.Status, Unit.Plain),
        ["attempts"] = (Column.Attempts, Unit.Plain),
        ["duration"] = (Column.DurationMicroseconds, Unit.Time),
        ["ttft"] = (Column.FirstByteMicroseconds, Unit.OptionalTime),
        ["gateway"] = (Column.GatewayMicroseconds, Unit.OptionalTime),
        ["tokens_in"] = (Column.InputTokens, Unit.Plain),
        ["tokens_out"] = (Column.OutputTokens, Unit.Plain),
        ["cached"] = (Column.CacheReadTokens, Unit.Plain),
        ["reasoning"] = (Column.ReasoningTokens, Unit.Plain),
        ["cost"] = (Column.CostPico, Unit.Usd),
        ["confidence"] = (Column.Confidence, Unit.Probability),
        ["turn"] = (Column.Turn, Unit.OptionalCount),
    }.ToFrozenDictionary(StringComparer.Ordinal);

    private static readonly Column[] Searched =
        [Column.Route, Column.Model, Column.RequestModel, Column.ResponseModel, Column.Provider, Column.Session, Column.Key, Column.UserAgent, Column.Why, Column.ErrorType, Column.Tags];

    private enum Unit
    {
        Plain,
        Time,
        OptionalTime,
        OptionalCount,
        Usd,
        Probability,
    }

    /// <summary>What may stand before a colon.</summary>
    public static IReadOnlyList<string> Keys { get; } =
        [.. TextKeys.Keys.Concat(FlagKeys.Keys).Concat(NumberKeys.Keys).Concat(["state", "price", "since", "until", "id", "trace", "tag.NAME"]).Order(StringComparer.Ordinal)];

    /// <summary>Those of them that stand for texts.</summary>
    public static IReadOnlyList<string> TextKeyNames { get; } = [.. TextKeys.Keys.Order(StringComparer.Ordinal)];

    /// <summary>Which column a word of a filter is about; <see langword="null"/> where it is about none that holds texts.</summary>
    public static Column? TextColumn(string key) => TextKeys.TryGetValue(key, out var column) ? column : null;

    /// <summary>Reads a filter.</summary>
    /// <param name="text">The filter; empty or <see langword="null"/> for everything.</param>
    /// <param name="now">What <c>since:1h</c> counts from.</param>
    /// <exception cref="InvalidRequestException">It cannot be read; the message says where and why.</exception>
    public static RequestFilter Parse(string? text, DateTimeOffset now)
    {
        if (string.IsNullOrWhiteSpace(text))
            return RequestFilter.All;
        if (text.Length > MaxLength)
            throw Wrong($"is longer than {MaxLength} letters");
        var words = Split(text);
        if (words.Count > MaxTerms)
            throw Wrong($"has more than {MaxTerms} conditions");
        var filter = RequestFilter.All;
        var terms = new List<FilterTerm>();
        foreach (var word in words)
        {
            var isTurned = word.Length > 1 && word[0] == '-';
            var condition = isTurned ? word[1..] : word;
            var colon = condition.IndexOf(':', StringComparison.Ordinal);
            var (key, value) = colon < 0 ? ("", condition) : (condition[..colon].ToLowerInvariant(), condition[(colon + 1)..]);
            if (key is "since" or "until" or "id")
            {
                if (isTurned)
                    throw Wrong($"'{word}': a time cannot be turned around");
                filter = Within(filter, key, value, now);
                continue;
            }

            var term = TermOf(key, value, word);
            terms.Add(isTurned ? new NotTerm(term) : term);
        }

        return new RequestFilter { From = filter.From, To = filter.To, Terms = terms };
    }

    private static FilterTerm TermOf(string key, string value, string word)
    {
        if (value.Length == 0)
            throw Wrong($"'{word}': nothing stands behind the colon");
        if (key.Length == 0)
            return new TextTerm(Searched, [value], anywhere: true);
        if (TextKeys.TryGetValue(key, out var column))
            return new TextTerm([column], Alternatives(value));
        if (FlagKeys.TryGetValue(key, out var flag))
            return new FlagTerm(flag, value.ToLowerInvariant() switch { "true" or "yes" or "1" => true, "false" or "no" or "0" => false, _ => throw Wrong($"'{word}': must be true or false") });
        if (NumberKeys.TryGetValue(key, out var number))
            return NumberOf(number.Column, number.Unit, value, word);
        if (key.StartsWith("tag.", StringComparison.Ordinal))
            return new TextTerm([Column.Tags], [.. Alternatives(value).Select(alternative => $"{key["tag.".Length..]}={alternative}")]);
        return key switch
        {
            "state" => new AmongTerm(Column.State, [.. Alternatives(value).Select(name => (long)StateOf(name, word))]),
            "price" => new AmongTerm(Column.CostState, [.. Alternatives(value).Select(name => (long)PriceOf(name, word))]),
            "trace" => new TraceTerm(value.ToLowerInvariant()),
            _ => throw Unknown(key, word),
        };
    }

    private static FilterTerm NumberOf(Column column, Unit unit, string value, string word)
    {
        var terms = Alternatives(value).Select(alternative => Compared(column, unit, alternative, word)).ToArray();
        return terms.Length == 1 ? terms[0] : new AnyTerm(terms);
    }

    private static FilterTerm Compared(Column column, Unit unit, string value, string word)
    {
        // 5xx: from 500 to 599.
        if (column == Column.Status && value.Length == 3 && char.IsAsciiDigit(value[0]) && value.EndsWith("xx", StringComparison.OrdinalIgnoreCase))
            return new RangeTerm(column, (value[0] - '0') * 100, ((value[0] - '0') * 100) + 99);
        var (comparison, rest) = value switch
        {
            ['>', '=', ..] => (Comparison.GreaterOrEqual, value[2..]),
            ['<', '=', ..] => (Comparison.LessOrEqual, value[2..]),
            ['>', ..] => (Comparison.Greater, value[1..]),
            ['<', ..] => (Comparison.Less, value[1..]),
            ['=', ..] => (Comparison.Equal, value[1..]),
            _ => (Comparison.Equal, value),
        };
        return new NumberTerm(column, comparison, InUnit(unit, rest, word), unit is Unit.OptionalTime or Unit.OptionalCount or Unit.Probability);
    }

    private static long InUnit(Unit unit, string text, string word)
    {
        if (unit is Unit.Time or Unit.OptionalTime)
            return Quantities.TryParseDuration(text, out var duration) ? Columns.Of(duration) : throw Wrong($"'{word}': must be a duration such as 2s, 250ms or 1m");
        if (!double.TryParse(text, NumberStyles.Float, CultureInfo.InvariantCulture, out var number) || !double.IsFinite(number) || Math.Abs(number) > 1e15)
            throw Wrong($"'{word}': must be a number, with >, >=, < or <= before it if you like");
        return unit switch
        {
            Unit.Usd => Columns.OfUsd(number),
            Unit.Probability => Math.Max(0, Columns.OfProbability(number) - 1),
            _ => (long)number,
        };
    }

    private static RequestFilter Within(RequestFilter filter, string key, string value, DateTimeOffset now)
    {
        if (key == "id")
        {
            if (!RequestId.TryParse(value, out var id))
                throw Wrong($"'{value}' is no id of a request: 26 letters and digits");
            return filter.Since(id).Before(id.Next());
        }

        var time = Quantities.TryParseDuration(value, out var ago) ? now - ago
            : DateTimeOffset.TryParse(value, CultureInfo.InvariantCulture, DateTimeStyles.AssumeUniversal | DateTimeStyles.AdjustToUniversal, out var moment) ? moment
            : throw Wrong($"'{key}:{value}': must be a duration before now such as 15m or 24h, or a time such as 2026-01-31T12:00:00Z");
        return key == "since" ? filter.Since(RequestId.FirstAt(time)) : filter.Before(RequestId.FirstAt(time));
    }

    private static RequestState StateOf(string name, string word) => name.ToLowerInvariant() switch
    {
        "completed" => RequestState.Completed,
        "failed" => RequestState.Failed,
        "aborted" => RequestState.Aborted,
        "refused" => RequestState.Refused,
        _ => throw Wrong($"'{word}': must be completed, failed, aborted or refused"),
    };

    private static CostState PriceOf(string name, string word) => name.ToLowerInvariant() switch
    {
        "known" or "priced" => CostState.Priced,
        "unknown" or "no_price" => CostState.NoPrice,
        "none" or "nothing_billable" => CostState.NothingBillable,
        _ => throw Wrong($"'{word}': must be priced, no_price or nothing_billable"),
    };

    private static string[] Alternatives(string value) => value.Split(',', StringSplitOptions.RemoveEmptyEntries | StringSplitOptions.TrimEntries) is { Length: > 0 } several ? several : [value];

    private static List<string> Split(string text)
    {
        var words = new List<string>();
        var word = new System.Text.StringBuilder();
        var isQuoted = false;
        foreach (var letter in text)
        {
            if (letter == '"')
            {
                isQuoted = !isQuoted;
            }
            else if (char.IsWhiteSpace(letter) && !isQuoted)
            {
                if (word.Length > 0)
                    words.Add(word.ToString());
                word.Clear();
            }
            else
            {
                word.Append(letter);
            }
        }

        if (isQuoted)
            throw Wrong("has a quote that does not end");
        if (word.Length > 0)
            words.Add(word.ToString());
        return words;
    }

    private static InvalidRequestException Unknown(string key, string word) =>
        Wrong(NearestName.Find(key, Keys) is { } nearest ? $"'{word}': there is no '{key}'; did you mean '{nearest}'?" : $"'{word}': there is no '{key}'; there are {string.Join(", ", Keys)}");

    private static InvalidRequestException Wrong(string message) => new("filter", message);
}
