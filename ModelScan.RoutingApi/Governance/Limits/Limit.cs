using System.Buffers;
using System.Globalization;
using System.Security.Cryptography;
using System.Text;
using ModelScan.RoutingApi.Configuration;
using ModelScan.RoutingApi.Pipeline;
using ModelScan.RoutingApi.Providers;

namespace ModelScan.RoutingApi.Governance.Limits;

/// <summary>
/// A limit, compiled. Amounts are whole numbers in the smallest unit that matters: 10^-9 USD, a thousandth of a
/// token, one request; so no store loses fractions. Immutable but for the text written last and
/// where its uses are added up.
/// </summary>
internal sealed class Limit
{
    /// <summary>Units of a USD.</summary>
    public const long UnitsOfUsd = 1_000_000_000;

    /// <summary>Units of a token.</summary>
    public const long UnitsOfToken = 1_000;

    // Of whom nothing is known they are counted together: nobody escapes a limit by leaving a header out.
    private const string Nobody = "-";
    private const int LongestSubject = 64;
    private static readonly SearchValues<char> Plain = SearchValues.Create("ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789._-/@");

    private readonly ModelPattern? _models;
    private readonly bool _isOfKeys;
    private TimeText? _lastTime;

    /// <summary>Compiles a limit.</summary>
    /// <param name="config">What the configuration says.</param>
    /// <param name="isOfKeys">Whether keys name it, so that it is for those alone.</param>
    public Limit(LimitConfig config, bool isOfKeys)
    {
        (Config, _isOfKeys) = (config, isOfKeys);
        _models = config.Models.Count > 0 ? new ModelPattern(config.Models) : null;
        Window = config.Kind == LimitKind.Parallel ? null : new LimitWindow(config.Window);
        Amount = (long)Math.Min(config.Amount * Scale, long.MaxValue / 4);
        FirstWarning = config.WarnAt.Count == 0 ? long.MaxValue : (long)(Amount / 100.0 * config.WarnAt.Min());
        AmountText = LimitWords.Number(this, Amount);
        WholeAmountText = (Amount / Scale).ToString(CultureInfo.InvariantCulture);
        StoreName = $"{config.Id}:{ConfigNames<LimitKind>.Of(config.Kind)}:{ConfigNames<WindowUnit>.Of(config.Window.Unit)}";
    }

    /// <summary>What the configuration says.</summary>
    public LimitConfig Config { get; }

    /// <summary>How much, in units.</summary>
    public long Amount { get; }

    /// <summary>The use at which it is warned of first, in units.</summary>
    public long FirstWarning { get; }

    /// <summary>How much, in words of <see cref="LimitWords.Number"/>.</summary>
    public string AmountText { get; }

    /// <summary>The same as a whole number.</summary>
    public string WholeAmountText { get; }

    /// <summary>In which time; <see langword="null"/> for what is used at the same time.</summary>
    public LimitWindow? Window { get; }

    /// <summary>Names it in stores: a limit that begins to count something else begins anew.</summary>
    public string StoreName { get; }

    /// <summary>Where its uses are added up, once somebody has looked for that; the meters' own affair.</summary>
    public LimitTotal? Total { get; set; }

    /// <summary>Units of what the configuration counts in.</summary>
    public long Scale => Config.Kind switch { LimitKind.Spend => UnitsOfUsd, LimitKind.Tokens => UnitsOfToken, _ => 1 };

    /// <summary>A time as RFC 3339 has it, to the second; that of a window's end is written once a window.</summary>
    public string TextOf(DateTimeOffset time)
    {
        var last = Volatile.Read(ref _lastTime);
        if (last is null || last.Time != time)
            Volatile.Write(ref _lastTime, last = new TimeText(time, time.UtcDateTime.ToString("yyyy-MM-dd'T'HH:mm:ss'Z'", CultureInfo.InvariantCulture)));
        return last.Text;
    }

    /// <summary>Whether it is for requests of a key, as far as that says.</summary>
    /// <param name="key">The key; <see langword="null"/> for requests without one.</param>
    public bool ConcernsKey(GatewayKeyConfig? key)
    {
        if (_isOfKeys && (key is null || !key.Limits.Contains(Config.Id)))
            return false;
        foreach (var (name, value) in Config.Tags)
        {
            if (key is null || !key.Tags.TryGetValue(name, out var tag) || tag != value)
                return false;
        }

        return true;
    }

    /// <summary>Whether it is for a request, as far as the headers say.</summary>
    public bool ConcernsHeaders(ClientRequest request)
    {
        foreach (var (name, value) in Config.Headers)
        {
            if (request.Headers[name] is not { Count: > 0 } header || header.ToString() != value)
                return false;
        }

        return true;
    }

    /// <summary>Whether it is for requests to a model.</summary>
    public bool Concerns(ModelTarget target) => _models is null || _models.Matches(target);

    /// <summary>Whose use it is.</summary>
    /// <param name="request">The request.</param>
    /// <param name="target">The model; <see langword="null"/> where the subject does not depend on it.</param>
    public string SubjectOf(ClientRequest request, ModelTarget? target) => Config.Per switch
    {
        LimitSubject.Key => request.Caller?.Key?.Id ?? Nobody,
        LimitSubject.Tag => request.Caller?.Key is { } key && key.Tags.TryGetValue(Config.PerName!, out var tag) ? Short(tag) : Nobody,
        LimitSubject.Header => request.Headers[Config.PerName!] is { Count: > 0 } header ? Short(header.ToString()) : Nobody,
        LimitSubject.Model => target is null ? Nobody : Short(target.Config.IsWildcard ? target.Name : target.Config.Name),
        LimitSubject.Provider => target?.Config.Provider ?? Nobody,
        _ => "all",
    };

    // Subjects become parts of keys in stores, and are told in answers: what a client makes up has a bound.
    private static string Short(string text)
    {
        if (text.Length is > 0 and <= LongestSubject && !text.AsSpan().ContainsAnyExcept(Plain) && text != Nobody)
            return text;
        return $"#{Convert.ToHexStringLower(SHA256.HashData(Encoding.UTF8.GetBytes(text)).AsSpan(0, 12))}";
    }

    private sealed record TimeText(DateTimeOffset Time, string Text);
}
