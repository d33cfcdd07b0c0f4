using System.Text.RegularExpressions;

namespace ModelScan.RoutingApi.RequestLog.Redaction;

/// <summary>The forms of secrets, for whoever takes them out of texts: the log of requests, and guards.</summary>
internal static partial class SecretPatterns
{
    /// <summary>Luhn's sum (ISO/IEC 7812-1) over the digits of a text: every second digit from the right counts double.</summary>
    /// <param name="text">Digits, and what stands between them.</param>
    /// <returns>Whether there are 13 to 19 digits whose sum is right.</returns>
    public static bool IsCardNumber(ReadOnlySpan<char> text)
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

    /// <summary>A private key in PEM; one that is cut ends with the text. JSON writes a line feed as \n and a slash as \/.</summary>
    [GeneratedRegex(@"-----BEGIN [A-Z ]*PRIVATE KEY-----.*?(-----END [A-Z ]*PRIVATE KEY-----|$)", RegexOptions.Singleline | RegexOptions.CultureInvariant, 2000)]
    public static partial Regex PrivateKey();

    /// <summary>
    /// Keys by the forms that their issuers give them: OpenAI and Anthropic (sk-, also behind other letters), Google, AWS, GitHub, GitLab, Slack, Stripe, Hugging Face,
    /// Groq, xAI, Perplexity, Replicate, npm, PyPI, DigitalOcean, Databricks, JSON Web Tokens.
    /// </summary>
    [GeneratedRegex(
        @"(sk|pk|rk)[-_](live|test|proj|ant|or|svcacct|admin)?[-_]?[A-Za-z0-9_\-]{16,}|AIza[A-Za-z0-9_\-]{30,}|(AKIA|ASIA|ABIA|ACCA)[A-Z0-9]{16}|gh[pousr]_[A-Za-z0-9]{20,}|github_pat_[A-Za-z0-9_]{20,}|glpat-[A-Za-z0-9_\-]{16,}"
        + @"|xox[abeoprs]-[A-Za-z0-9\-]{10,}|whsec_[A-Za-z0-9+/=]{16,}|hf_[A-Za-z0-9]{16,}|gsk_[A-Za-z0-9]{16,}|xai-[A-Za-z0-9]{16,}|pplx-[A-Za-z0-9]{16,}|r8_[A-Za-z0-9]{16,}|npm_[A-Za-z0-9]{20,}|pypi-[A-Za-z0-9_\-]{16,}"
        + @"|do[opr]_v1_[a-f0-9]{32,}|dapi[a-f0-9]{32}|ya29\.[A-Za-z0-9_\-]{16,}|SG\.[A-Za-z0-9_\-]{16,}\.[A-Za-z0-9_\-]{16,}|eyJ[A-Za-z0-9_\-]{8,}\.[A-Za-z0-9_\-]{8,}(\.[A-Za-z0-9_\-]*)?",
        RegexOptions.CultureInvariant, 2000)]
    public static partial Regex Issued();

    /// <summary>Secrets by the names before them: password=…, "api_key": "…", Authorization: Bearer …, AWS_SECRET_ACCESS_KEY=…, postgres://user:…@; quotes may be escaped.</summary>
    [GeneratedRegex(
        @"(?<name>(?i:(api|access|secret|private|signing|encryption|account|auth|client|shared)[ _\-]?(key|secret|token)|secret[_\-]?access[_\-]?key|authorization|password|passwd|pwd|passphrase|(refresh|bearer|session|id)[_\-]?token|secret|cookie|x-api-key|x-goog-api-key)(\\*[""'])?\s*(=|:|=>)\s*(\\*[""'])?((?i:bearer|basic|token|apikey)\s+)?|(?i:bearer|basic)\s+(?=[A-Za-z0-9+/_\-.=]{16,})|[a-zA-Z][a-zA-Z0-9+.\-]*:(\\?/){2}[^\s:/@""'\\]*:)(?<value>[^\s""'\\,;@&<>\])}]{4,})",
        RegexOptions.CultureInvariant, 2000)]
    public static partial Regex Named();

    /// <summary>A mail address.</summary>
    [GeneratedRegex(@"[A-Za-z0-9._%+\-]{1,64}@[A-Za-z0-9\-]{1,63}(\.[A-Za-z0-9\-]{1,63}){1,8}", RegexOptions.CultureInvariant, 2000)]
    public static partial Regex Mail();

    /// <summary>As many digits as a card has.</summary>
    [GeneratedRegex(@"(?<![0-9.])[0-9]([ \-]?[0-9]){12,18}(?![0-9])", RegexOptions.CultureInvariant, 2000)]
    public static partial Regex Digits();
}
