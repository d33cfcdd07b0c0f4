using System.Text.RegularExpressions;
using ModelScan.RoutingApi.RequestLog.Records;

namespace ModelScan.RoutingApi.RequestLog.Redaction;

/// <summary>
/// Takes secrets out of everything that is kept, before it is written: credentials by the forms that their issuers give them and by the names
/// that stand before them, mail addresses, card numbers, and what the configuration adds. Thread-safe.
/// </summary>
internal sealed partial class Redactor
{
    private readonly Regex[] _own;

    /// <summary>Compiles the patterns of a configuration.</summary>
    /// <param name="patterns">Regular expressions, without look-around and references back.</param>
    public Redactor(IReadOnlyList<string> patterns) =>
        _own = [.. patterns.Select(pattern => new Regex(pattern, RegexOptions.NonBacktracking | RegexOptions.CultureInvariant | RegexOptions.IgnoreCase))];

    /// <summary>What was said, without secrets.</summary>
    /// <exception cref="RegexMatchTimeoutException">It took too long: it is not to be kept.</exception>
    public RequestBody Apply(RequestBody body) =>
        body with { Request = Apply(body.Request), Response = Apply(body.Response), Input = Apply(body.Input), Stream = IsClean(body.Stream) ? body.Stream : null };

    /// <summary>A text without secrets; the same string where there are none.</summary>
    /// <exception cref="RegexMatchTimeoutException">It took too long: the text is not to be kept.</exception>
    public string? Apply(string? text) => string.IsNullOrEmpty(text) ? text : WithoutSecrets(Readable(text));

    private static string Readable(string text) => text.Contains("u00", StringComparison.Ordinal) ? Escaped().Replace(text, Plain) : text;

    private string WithoutSecrets(string text)
    {
        text = SecretPatterns.PrivateKey().Replace(text, "[private key]");
        text = SecretPatterns.Issued().Replace(text, "[key]");
        text = SecretPatterns.Named().Replace(text, "${name}[secret]");
        text = SecretPatterns.Mail().Replace(text, "[email]");
        text = SecretPatterns.Digits().Replace(text, static match => SecretPatterns.IsCardNumber(match.ValueSpan) ? "[card]" : match.Value);
        foreach (var pattern in _own)
            text = pattern.Replace(text, "[redacted]");
        return text;
    }

    // A secret that comes piece by piece is found only where the pieces are put together, and cannot be taken out of them.
    private bool IsClean(string? stream) => stream is not null && Readable(StreamTexts.Of(stream)) is var texts && WithoutSecrets(texts) == texts;

    // JSON may write any letter as \uXXXX, and JSON within JSON does so with more backslashes: what looks for letters has to find them. What the
    // text means stays the same: a quote keeps the backslashes that it needs, and a backslash is left as it is.
    private static string Plain(Match escape)
    {
        var letter = (char)Convert.ToInt32(escape.Groups["hex"].Value, 16);
        return letter switch
        {
            '\\' => escape.Value,
            '"' => new string('\\', (2 * escape.Groups["backslashes"].Length) - 1) + '"',
            _ => letter.ToString(),
        };
    }

    [GeneratedRegex(@"(?<backslashes>\\+)u00(?<hex>[2-7][0-9a-fA-F])", RegexOptions.CultureInvariant, 2000)]
    private static partial Regex Escaped();
}
