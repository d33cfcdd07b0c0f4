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
    public RequestBody Apply(RequestBody body) => body with { Request = Apply(body.Request), Response = Apply(body.Response), Input = Apply(body.Input) };

    /// <summary>A text without secrets; the same string where there are none.</summary>
    /// <exception cref="RegexMatchTimeoutException">It took too long: the text is not to be kept.</exception>
    public string? Apply(string? text)
    {
        if (string.IsNullOrEmpty(text))
            return text;
        if (text.Contains("u00", StringComparison.Ordinal))
            text = Escaped().Replace(text, Plain);
        text = PrivateKey().Replace(text, "[private key]");
        text = Issued().Replace(text, "[key]");
        text = Named().Replace(text, "${name}[secret]");
        text = Mail().Replace(text, "[email]");
        text = Digits().Replace(text, static match => IsCardNumber(match.ValueSpan) ? "[card]" : match.Value);
        foreach (var pattern in _own)
            text = pattern.Replace(text, "[redacted]");
        return text;
    }

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

    // Luhn (ISO/IEC 7812-1): every second digit from the right counts double.
    private static bool IsCardNumber(ReadOnlySpan<char> text)
    {
        var (sum, count) = (0, 0);
        for (var i = text.Length - 1; i >= 0; i--)
        {
            if (!char.IsAsciiDigit(text[i]))
                continue;
            var digit = text[i] - '0';
            if (count++ % 2 == 1)
                digit = digit > 4 ? (digit * 2) - 9 : digit * 2;
            sum += digit;
        }

        return count is >= 13 and <= 19 && sum % 10 == 0;
    }

    // JSON writes a line feed as \n and a slash as \/.
    [GeneratedRegex(@"-----BEGIN [A-Z ]*PRIVATE KEY-----.*?(-----END [A-Z ]*PRIVATE KEY-----|$)", RegexOptions.Singleline | RegexOptions.CultureInvariant, 2000)]
    private static partial Regex PrivateKey();

    // OpenAI and Anthropic (sk-, also behind other letters), Google, AWS, GitHub, GitLab, Slack, Stripe, Hugging Face, Groq, xAI, Perplexity, Replicate, npm, PyPI, DigitalOcean, Databricks, JSON Web Tokens.
    [GeneratedRegex(
        @"(sk|pk|rk)[-_](live|test|proj|ant|or|svcacct|admin)?[-_]?[A-Za-z0-9_\-]{16,}|AIza[A-Za-z0-9_\-]{30,}|(AKIA|ASIA|ABIA|ACCA)[A-Z0-9]{16}|gh[pousr]_[A-Za-z0-9]{20,}|github_pat_[A-Za-z0-9_]{20,}|glpat-[A-Za-z0-9_\-]{16,}"
        + @"|xox[abeoprs]-[A-Za-z0-9\-]{10,}|whsec_[A-Za-z0-9+/=]{16,}|hf_[A-Za-z0-9]{16,}|gsk_[A-Za-z0-9]{16,}|xai-[A-Za-z0-9]{16,}|pplx-[A-Za-z0-9]{16,}|r8_[A-Za-z0-9]{16,}|npm_[A-Za-z0-9]{20,}|pypi-[A-Za-z0-9_\-]{16,}"
        + @"|do[opr]_v1_[a-f0-9]{32,}|dapi[a-f0-9]{32}|ya29\.[A-Za-z0-9_\-]{16,}|SG\.[A-Za-z0-9_\-]{16,}\.[A-Za-z0-9_\-]{16,}|eyJ[A-Za-z0-9_\-]{8,}\.[A-Za-z0-9_\-]{8,}(\.[A-Za-z0-9_\-]*)?",
        RegexOptions.CultureInvariant, 2000)]
    private static partial Regex Issued();

    // password=…, "api_key": "…", Authorization: Bearer …, AWS_SECRET_ACCESS_KEY=…, postgres://user:…@; quotes may be escaped.
    [GeneratedRegex(
        @"(?<name>(?i:(api|access|secret|private|signing|encryption|account|auth|client|shared)[ _\-]?(key|secret|token)|secret[_\-]?access[_\-]?key|authorization|password|passwd|pwd|passphrase|(refresh|bearer|session|id)[_\-]?token|secret|cookie|x-api-key|x-goog-api-key)(\\*[""'])?\s*(=|:|=>)\s*(\\*[""'])?((?i:bearer|basic|token|apikey)\s+)?|(?i:bearer|basic)\s+(?=[A-Za-z0-9+/_\-.=]{16,})|[a-zA-Z][a-zA-Z0-9+.\-]*:(\\?/){2}[^\s:/@""'\\]*:)(?<value>[^\s""'\\,;@&<>\])}]{4,})",
        RegexOptions.CultureInvariant, 2000)]
    private static partial Regex Named();

    [GeneratedRegex(@"[A-Za-z0-9._%+\-]{1,64}@[A-Za-z0-9\-]{1,63}(\.[A-Za-z0-9\-]{1,63}){1,8}", RegexOptions.CultureInvariant, 2000)]
    private static partial Regex Mail();

    [GeneratedRegex(@"(?<![0-9.])[0-9]([ \-]?[0-9]){12,18}(?![0-9])", RegexOptions.CultureInvariant, 2000)]
    private static partial Regex Digits();
}
