using System.Buffers;
using System.Collections.Frozen;
using System.Globalization;
using System.Text;

namespace ModelScan.RoutingApi.Providers.Models;

/// <summary>
/// What an id says of a model, whoever serves it and however it is packed:
/// <code>
///  openrouter  anthropic/claude-sonnet-4.5:free                       ┐
///  bedrock     us.anthropic.claude-sonnet-4-5-20250929-v1:0           ├─▶ key claude-sonnet-4.5  line claude-sonnet  version 4.5
///  vertex      claude-sonnet-4-5@20250929                             ┘
///  a server    Qwen/Qwen3-32B-AWQ                                       ─▶ key qwen3-32b          line qwen           version 3
/// </code>
/// Dates, builds, ways of packing (<c>fp8</c>, <c>gguf</c>) and words for "the newest" do not belong to it. The line is what stays from
/// one generation to the next.
/// </summary>
/// <param name="Key">The id without what does not belong to it, in lower case.</param>
/// <param name="Family">The first word of the line: <c>claude</c>, <c>gpt</c>, <c>o</c>.</param>
/// <param name="Line">The key without versions and sizes.</param>
/// <param name="Version">The generation; <see langword="null"/> where the id names none, or asks for the newest.</param>
/// <param name="Build">The date or build in the id as a number that grows, 0 for none.</param>
public sealed record ModelName(string Key, string Family, string Line, ModelVersion? Version, int Build)
{
    // Names come from clients; nothing that is longer is the name of a model.
    private const int LongestId = 256;

    private static readonly FrozenSet<string> Packing = Set(
        "latest", "preview", "exp", "experimental", "default", "instruct", "it", "hf", "mlx", "gguf", "awq", "gptq", "fp8", "fp16", "fp4", "bf16", "int4", "int8", "nvfp4", "mxfp4", "4bit", "8bit",
        "maas", "tput", "free", "dynamic", "v1");

    private static readonly SearchValues<char> InSizes = SearchValues.Create("0123456789.x");

    // Who made it, where that stands before the model's own name.
    private static readonly FrozenSet<string> Makers = Set("anthropic", "openai", "alibaba", "google", "meta", "zai", "azure", "cerebras", "groq");

    private static readonly FrozenSet<string> Geographies = Set("us", "us-gov", "eu", "apac", "jp", "au", "ca", "sa", "global");

    /// <summary>Reads an id as a provider knows it.</summary>
    public static ModelName Parse(string id)
    {
        if (id.Length > LongestId)
            return new ModelName(id, "", "", null, 0);
        var tokens = Tokens(Bare(id.ToLowerInvariant()));
        var (words, build) = WithoutDates(tokens);
        var isFirst = words.Contains("v1");
        words = [.. JoinNumbers(words.Where(word => !Packing.Contains(word)))];
        if (words.Count > 1 && Makers.Contains(words[0]))
            words.RemoveAt(0);
        if (words.Count == 0)
            return new ModelName(id.ToLowerInvariant(), "", "", null, build);
        if (words[0] == "chatgpt")
            words[0] = "gpt";

        ModelVersion? version = null;
        var line = new StringBuilder();
        foreach (var word in words)
        {
            var letters = Letters(word, out var number);
            if (number is { } found && !IsSize(word))
                version ??= found;
            if (letters.Length > 0 && !IsSize(word))
                line.Append(line.Length == 0 ? "" : "-").Append(letters);
        }

        // nova-pro-v1:0 is of the first generation, claude-sonnet-4-5-20250929-v1:0 is not.
        if (isFirst)
            version ??= new ModelVersion(1, 0);
        var name = line.ToString();
        var dash = name.IndexOf('-', StringComparison.Ordinal);
        return new ModelName(string.Join('-', words), dash < 0 ? name : name[..dash], name, version, build);
    }

    // Without what aggregators put before a slash, tags put behind a colon or an at sign, and Bedrock before the points.
    private static string Bare(string id)
    {
        id = id[(id.LastIndexOf('/') + 1)..];
        if (id.AsSpan().IndexOfAny(':', '@') is > 0 and var end)
            id = id[..end];
        for (var dot = id.IndexOf('.', StringComparison.Ordinal); dot > 0; dot = id.IndexOf('.', StringComparison.Ordinal))
        {
            var first = id[..dot];
            if (!Geographies.Contains(first) && !first.All(char.IsAsciiLetterLower))
                break;
            var rest = id[(dot + 1)..];

            // deepseek.r1-v1:0 has its family in the vendor's place alone.
            if (rest.Length > 1 && char.IsAsciiLetterLower(rest[0]) && char.IsAsciiDigit(rest[1]) && !Geographies.Contains(first))
                return $"{first}-{rest}";
            id = rest;
        }

        return id;
    }

    private static List<string> Tokens(string id)
    {
        var tokens = new List<string>();
        foreach (var part in id.Replace('_', '-').Split('-', StringSplitOptions.RemoveEmptyEntries))
        {
            // q4-k-m and the like say how weights were packed; 5p1 is 5.1 where points are not allowed.
            if (part is ['q', >= '2' and <= '8'])
                break;
            // gpt4o, and gpt-35-turbo where points are not allowed.
            if (part.Length > 3 && part.StartsWith("gpt", StringComparison.Ordinal) && char.IsAsciiDigit(part[3]))
            {
                tokens.Add("gpt");
                tokens.Add(part[3..]);
                continue;
            }

            if (part == "35" && tokens is ["gpt"])
            {
                tokens.Add("3.5");
                continue;
            }

            var p = part.IndexOf('p', StringComparison.Ordinal);
            tokens.Add(p > 0 && p < part.Length - 1 && char.IsAsciiDigit(part[p - 1]) && char.IsAsciiDigit(part[p + 1]) ? $"{part[..p]}.{part[(p + 1)..]}" : part);
        }

        return tokens;
    }

    // 20250929, 2025-09-29, 2507, 0324, 05-20, 001
    private static (List<string> Words, int Build) WithoutDates(List<string> tokens)
    {
        var words = new List<string>(tokens.Count);
        var build = 0;
        var inDate = false;
        for (var i = 0; i < tokens.Count; i++)
        {
            var token = tokens[i];
            var isNumber = token.All(char.IsAsciiDigit);
            var isDate = isNumber && i > 0
                && (token.Length > 2 || (token.Length == 2 && (inDate || token[0] == '0' || (i + 1 < tokens.Count && tokens[i + 1].Length == 4 && tokens[i + 1].All(char.IsAsciiDigit)))));
            inDate = isDate;
            if (!isDate)
                words.Add(token);
            else if (build < 1_000_000 && int.TryParse(token, NumberStyles.None, CultureInfo.InvariantCulture, out var number))
                build = token.Length > 6 ? number : (build * 100) + number;
        }

        return (words, build);
    }

    // claude-sonnet-4-5 is 4.5.
    private static IEnumerable<string> JoinNumbers(IEnumerable<string> words)
    {
        string? number = null;
        foreach (var word in words)
        {
            if (word.Length <= 2 && word.All(char.IsAsciiDigit))
            {
                number = number is null ? word : $"{number}.{word}";
                continue;
            }

            if (number is not null)
                yield return number;
            number = null;
            yield return word;
        }

        if (number is not null)
            yield return number;
    }

    // qwen2.5 → qwen and 2.5; 4o → nothing and 4; 5v → v and 5.
    private static string Letters(string word, out ModelVersion? version)
    {
        version = null;
        var start = word.AsSpan().IndexOfAnyInRange('0', '9');
        if (start < 0)
            return word;
        var end = start;
        while (end < word.Length && (char.IsAsciiDigit(word[end]) || (word[end] == '.' && end + 1 < word.Length && char.IsAsciiDigit(word[end + 1]))))
            end++;
        version = ModelVersion.Parse(word.AsSpan(start, end - start));
        var rest = word[end..];
        return word[..start] + (start == 0 && rest == "o" ? "" : rest);
    }

    // 70b, 235b, a22b, 128e, 1t, 32k
    private static bool IsSize(string word)
    {
        var digits = word.AsSpan(word is ['a', _, ..] ? 1 : 0);
        return digits.Length > 1 && digits[^1] is 'b' or 'e' or 't' or 'k' && !digits[..^1].ContainsAnyExcept(InSizes);
    }

    private static FrozenSet<string> Set(params string[] words) => words.ToFrozenSet(StringComparer.Ordinal);
}

/// <summary>A generation of models: <c>4.5</c>, <c>5</c>.</summary>
public readonly record struct ModelVersion(int Major, int Minor)
{
    /// <summary>A number that grows from one to the next.</summary>
    public int Rank => (Major * 1000) + Minor;

    /// <summary>Reads <c>4.5</c> or <c>5</c>; what goes on behind a second point does not count.</summary>
    public static ModelVersion? Parse(ReadOnlySpan<char> text)
    {
        var dot = text.IndexOf('.');
        var rest = dot < 0 ? "0" : text[(dot + 1)..];
        if (rest.IndexOf('.') is > 0 and var next)
            rest = rest[..next];
        return int.TryParse(dot < 0 ? text : text[..dot], NumberStyles.None, CultureInfo.InvariantCulture, out var major)
            && int.TryParse(rest, NumberStyles.None, CultureInfo.InvariantCulture, out var minor) ? new ModelVersion(major, minor) : null;
    }
}
