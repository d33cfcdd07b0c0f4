using System.Buffers;
using ModelScan.RoutingApi.RequestLog.Redaction;

namespace ModelScan.RoutingApi.Guards.Detection;

/// <summary>
/// Finds keys, tokens and passwords by the patterns of <see cref="SecretPatterns"/>. Expressions are costly, words are not: one runs over a
/// piece of a text around a word without which it cannot fit.
/// </summary>
internal sealed class SecretDetector : ITextDetector
{
    /// <summary>What it is called.</summary>
    public const string Kind = "secret";

    // A name and its value, quotes and blanks included; what is longer than that has been found by its beginning.
    private const int Before = 48;
    private const int Behind = 512;

    private static readonly SearchValues<string> KeyHeads = SearchValues.Create(
        [
            "sk-", "sk_", "pk-", "pk_", "rk-", "rk_", "AIza", "AKIA", "ASIA", "ABIA", "ACCA", "ghp_", "gho_", "ghu_", "ghs_", "ghr_", "github_pat_", "glpat-", "xoxa-", "xoxb-", "xoxe-", "xoxo-", "xoxp-",
            "xoxr-", "xoxs-", "whsec_", "hf_", "gsk_", "xai-", "pplx-", "r8_", "npm_", "pypi-", "doo_v1_", "dop_v1_", "dor_v1_", "dapi", "ya29.", "SG.", "eyJ",
        ],
        StringComparison.Ordinal);

    private static readonly string[] Words = ["key", "secret", "token", "authorization", "password", "passwd", "pwd", "passphrase", "cookie", "bearer", "basic", "://"];
    private static readonly SearchValues<string> Names = SearchValues.Create(Words, StringComparison.OrdinalIgnoreCase);

    // What stands behind a name in code and in forms, and is no secret.
    private static readonly HashSet<string> NoSecrets = new(
        [
            "string", "text", "bool", "boolean", "number", "integer", "none", "null", "true", "false", "undefined", "optional", "required", "hidden", "secret", "token", "password", "passwd", "value",
            "object", "bytes", "your", "here", "input", "self", "this", "todo", "redacted", "example", "placeholder", "empty", "unset", "missing", "invalid", "forgotten", "reset", "policy", "must",
        ],
        StringComparer.OrdinalIgnoreCase);

    private static readonly HashSet<string>.AlternateLookup<ReadOnlySpan<char>> NoSecretsBySpan = NoSecrets.GetAlternateLookup<ReadOnlySpan<char>>();

    /// <inheritdoc/>
    public void Find(ReadOnlySpan<char> text, List<Finding> findings)
    {
        var first = findings.Count;
        if (text.Contains("-----BEGIN ", StringComparison.Ordinal))
        {
            foreach (var match in SecretPatterns.PrivateKey().EnumerateMatches(text))
                findings.Add(new Finding(match.Index, match.Length, Kind));
        }

        FindIssued(text, findings);
        FindNamed(text, findings);
        if (findings.Count - first > 1)
            findings.Sort(first, findings.Count - first, Comparer<Finding>.Create(static (one, other) => one.Start.CompareTo(other.Start)));
    }

    private static void FindIssued(ReadOnlySpan<char> text, List<Finding> findings)
    {
        for (var at = 0; text[at..].IndexOfAny(KeyHeads) is var next and >= 0;)
        {
            at += next;
            var end = at;
            while (end < text.Length && (char.IsAsciiLetterOrDigit(text[end]) || text[end] is '-' or '_' or '.' or '+' or '/' or '='))
                end++;

            // Whole words are seen, so that one behind other letters is none but for OpenAI's, whose keys stand behind anything.
            var found = false;
            foreach (var match in SecretPatterns.Issued().EnumerateMatches(text[at..end]))
            {
                if (!IsKeyLike(text.Slice(at + match.Index, match.Length)) || (match.Index == 0 && at > 0 && char.IsAsciiLetterOrDigit(text[at - 1])))
                    continue;
                findings.Add(new Finding(at + match.Index, match.Length, Kind));
                found = true;
            }

            at = found ? end : at + 1;
            if (at >= text.Length)
                return;
        }
    }

    // Names in code look like keys, too (sk-learn-compatible-estimators); a key has digits.
    private static bool IsKeyLike(ReadOnlySpan<char> text) => text.ContainsAnyInRange('0', '9');

    private static void FindNamed(ReadOnlySpan<char> text, List<Finding> findings)
    {
        var done = 0;
        for (var at = 0; at < text.Length && text[at..].IndexOfAny(Names) is var next and >= 0;)
        {
            at += next;
            var from = Math.Max(done, at - Before);
            var length = Math.Min(Behind, text.Length - from);
            if (!MayBeNamed(text[at..]) || SecretPatterns.Named().Match(text.Slice(from, length).ToString()) is not { Success: true } match)
            {
                at++;
                continue;
            }

            var value = match.Groups["value"];
            if (IsSecret(match.Groups["name"].ValueSpan, value.ValueSpan, text[Math.Min(text.Length, from + value.Index + value.Length)..]))
                findings.Add(new Finding(from + value.Index, value.Length, Kind));
            done = from + value.Index + value.Length;
            at = Math.Max(at + 1, done);
        }
    }

    // Right behind the name comes what divides it from its value, quotes and blanks apart; behind a scheme its value.
    private static bool MayBeNamed(ReadOnlySpan<char> text)
    {
        foreach (var word in Words)
        {
            if (!text.StartsWith(word, StringComparison.OrdinalIgnoreCase))
                continue;
            var behind = text[word.Length..].TrimStart("\\\"' \t");
            if (word == "://" || (behind.Length > 0 && behind[0] is '=' or ':') || (word is "bearer" or "basic" && text.Length > word.Length && char.IsWhiteSpace(text[word.Length])))
                return true;
        }

        return false;
    }

    private static bool IsSecret(ReadOnlySpan<char> name, ReadOnlySpan<char> value, ReadOnlySpan<char> behind)
    {
        value = value.TrimEnd(".!?*`");
        if (value.Length < 4 || value[0] is '$' or '<' or '{' or '[' or '%' or '(' or '*' or '.' or '/' || value.Contains("(", StringComparison.Ordinal) || value.Contains("**", StringComparison.Ordinal))
            return false;
        if (name.Contains("://", StringComparison.Ordinal))
            return behind.StartsWith("@", StringComparison.Ordinal);
        if (NoSecretsBySpan.Contains(value) || (behind.Length > 0 && behind[0] is '(' or '['))
            return false;
        if (value.ContainsAnyInRange('0', '9'))
            return value.Length >= 6 || IsPasswords(name);
        return IsPasswords(name) && (value.ContainsAnyExceptInRange('a', 'z') || IsQuoted(name));
    }

    private static bool IsPasswords(ReadOnlySpan<char> name) => name.Contains("pass", StringComparison.OrdinalIgnoreCase) || name.Contains("pwd", StringComparison.OrdinalIgnoreCase);

    private static bool IsQuoted(ReadOnlySpan<char> name) => name.TrimEnd().EndsWith('"') || name.TrimEnd().EndsWith('\'');
}
