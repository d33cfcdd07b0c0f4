using System.Globalization;
using System.Runtime.CompilerServices;
using System.Text;
using ModelScan.Tests.Dialects.Fates;

namespace ModelScan.Tests.Dialects.Translation;

/// <summary>
/// <c>docs/fidelity.md</c> is what the formats say of themselves, and other tests hold them to it. To write it anew, run this
/// test with <c>UPDATE_DOCS=1</c>.
/// </summary>
public sealed class FidelityDocumentTests
{
    private static readonly (string Title, IReadOnlyList<FieldFate> Fates)[] Pairs =
        [.. Pair.All.Select(pair => ($"{NameOf(pair.Client)} client, {NameOf(pair.Provider)} provider", FieldFates.Of(pair.Client, pair.Provider)))];

    [Fact]
    public async Task Document_IsWhatTheFormatsSay()
    {
        var path = Path.Combine(Repository(), "docs", "fidelity.md");
        var expected = Document();
        if (Environment.GetEnvironmentVariable("UPDATE_DOCS") == "1")
            await File.WriteAllTextAsync(path, expected);
        Assert.Equal(expected, (await File.ReadAllTextAsync(path)).ReplaceLineEndings("\n"));
    }

    private static string Document()
    {
        var text = new StringBuilder();
        text.Append("""
            # Fidelity

            What becomes of every field and event when client and provider speak different formats. Where they speak the same, the bytes pass
            as they are. *Carried*: it stands in the other format as it is. *Mapped*: it is said in the other format's way. *Dropped*: it is left
            out, and the answer's `x-modelscan-dropped` lists it. *Refused*: a 4xx that names it, because the request would mean something else
            without it. Fields that stand in no table are dropped and listed.

            Fates are those at a model that can do what is asked for; where one cannot, the note says so. This page is composed of one table for each format and
            direction, which the tests check against sample requests.

            | | Carried | Mapped | Dropped | Refused |
            |---|---:|---:|---:|---:|

            """.ReplaceLineEndings("\n"));
        foreach (var (title, fates) in Pairs)
        {
            int Count(Fate fate) => fates.Count(row => row.Fate == fate);
            text.Append(CultureInfo.InvariantCulture, $"| [{title}](#{Anchor(title)}) | {Count(Fate.Carried)} | {Count(Fate.Mapped)} | {Count(Fate.Dropped)} | {Count(Fate.Refused)} |\n");
        }

        foreach (var (title, fates) in Pairs)
        {
            text.Append(CultureInfo.InvariantCulture, $"\n## {title}\n\n| Field or event | | |\n|---|---|---|\n");
            foreach (var row in fates)
                text.Append(CultureInfo.InvariantCulture, $"| `{Escape(row.Field)}` | {row.Fate.ToString().ToLowerInvariant()} | {Escape(row.Note)} |\n");
        }

        return text.ToString();
    }

    private static string NameOf(ApiFormat format) => format switch
    {
        ApiFormat.ChatCompletions => "Chat Completions",
        ApiFormat.Converse => "Bedrock Converse",
        _ => format.ToString(),
    };

    private static string Anchor(string title) => title.ToLower(CultureInfo.InvariantCulture).Replace(",", "", StringComparison.Ordinal).Replace(' ', '-');

    private static string Escape(string text) => text.Replace("|", "\\|", StringComparison.Ordinal).ReplaceLineEndings(" ");

    private static string Repository([CallerFilePath] string file = "") => Path.GetFullPath(Path.Combine(Path.GetDirectoryName(file)!, "..", "..", ".."));
}
