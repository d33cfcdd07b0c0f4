using System.Text;
using System.Text.RegularExpressions;
using ModelScan.RoutingApi.Providers.Catalogue;
using ModelScan.Tests.Support;

namespace ModelScan.Tests.Providers.Catalogue;

public sealed partial class ProviderCatalogueTests
{
    private const string AnyWord = "";

    // Words that are a provider's name and mean something else where they stand.
    private static readonly (string File, string Word, string Why)[] OtherMeanings =
    [
        ("Configuration/Reading/ListenerReader.cs", "openai", "the only value of Plano's message_format"),
        ("Configuration/Reading/MetricsSourceReader.cs", "digitalocean", "a kind of price list"),
        ("Configuration/Schema/ListenerSchema.cs", "openai", "the only value of Plano's message_format"),
        ("Configuration/Schema/RouteSchema.cs", "digitalocean", "a kind of price list"),
        ("ModelMetrics/ModelMetricsSourceSnapshot.cs", "digitalocean", "a kind of price list"),
        ("Endpoints/Reference/ApiOperations.cs", AnyWord, "models in examples"),
        ("Guards/Jailbreaks/JailbreakHeuristic.cs", "do", "a word of English and of Portuguese"),
        ("Providers/Models/ModelName.cs", AnyWord, "makers' names in front of their models' names"),
        ("Dialects/Translation/SealedReasoning.cs", "anthropic", "whose format a sealed thought is in"),
        ("Dialects/Translation/SealedReasoning.cs", "openai", "whose format a sealed thought is in"),
        ("Dialects/AmazonConverse/ConverseModelFields.cs", "amazon", "whose additional fields a Converse request has"),
    ];

    public static IEnumerable<object[]> Names => ProviderCatalogue.All.Select(api => new object[] { api.Name });

    [Fact]
    public void All_Folder_HoldsOneFileForEachProvider()
    {
        var files = Files("Providers/Catalogue").Where(file => !Path.GetFileName(file).StartsWith("Provider", StringComparison.Ordinal)).ToArray();
        Assert.Equal(files.Length, ProviderCatalogue.All.Count);
        Assert.All(ProviderCatalogue.All, api => Assert.Single(files, file => Declares(File.ReadAllText(file), api.Name)));
    }

    [Fact]
    public void Doors_OfTheDocument_AreTheCatalogues_EachWithItsSource()
    {
        var rows = File.ReadLines(Path.Combine(RepositoryFiles.Root, "docs", "doors.md")).SkipWhile(line => line != "| provider | has | by |").Skip(2).TakeWhile(line => line.StartsWith('|'))
            .Select(line => line.Split('|', StringSplitOptions.TrimEntries)).ToList();
        Assert.Equal(
            ProviderCatalogue.All.Where(api => api.Doors is not null).Select(api => (api.Name, api.Doors!.Count == 0 ? "none" : string.Join(", ", api.Doors.Select(door => door.Name())))),
            rows.Select(row => (row[1], row[2])));
        Assert.All(rows, row => Assert.True(row[3].Length > 10, row[1]));
    }

    [Fact]
    public void All_NamesAndFamilies_MeanOneProvider()
    {
        var names = ProviderCatalogue.All.SelectMany(api => api.Synonyms.Append(api.Name)).ToArray();
        Assert.Equal(names.Distinct(StringComparer.Ordinal), names);
        var families = ProviderCatalogue.All.SelectMany(api => api.Makes).ToArray();
        Assert.Equal(families.Distinct(StringComparer.Ordinal), families);
    }

    /// <summary>What is known of a provider stands in its file: no other file of the product has its name, a synonym or its host in a text.</summary>
    [Theory]
    [MemberData(nameof(Names))]
    public void Provider_IsNamedInItsFileAlone(string name)
    {
        var api = ProviderCatalogue.Find(name)!;
        var words = api.Synonyms.Append(name).ToHashSet(StringComparer.Ordinal);
        var host = api.BaseUrl is { } url ? new Uri(url).Host : null;
        var elsewhere =
            from file in Files("")
            let relative = Path.GetRelativePath(Root, file).Replace('\\', '/')
            let code = WithoutComments(File.ReadAllText(file))
            where !(relative.StartsWith("Providers/Catalogue/", StringComparison.Ordinal) && Declares(code, name))
            from Match text in Texts().Matches(code)
            let word = text.Groups[1].Value
            where words.Contains(word) || words.Any(known => word.StartsWith($"{known}/", StringComparison.Ordinal)) || (host is not null && !host.StartsWith("127.", StringComparison.Ordinal) && word.Contains(host, StringComparison.Ordinal))
            where !OtherMeanings.Any(other => other.File == relative && other.Word is var known && (known == word || known == AnyWord)) && !IsOfACatalogue(relative, word)
            select $"{relative}: \"{word}\"";
        Assert.Empty(elsewhere);
    }

    /// <summary>Formats know nothing of who speaks them, and what is known of providers and models nothing of configurations.</summary>
    [Theory]
    [InlineData("Dialects", "RoutingApi.Providers")]
    [InlineData("Dialects", "RoutingApi.Configuration")]
    [InlineData("Providers/Catalogue", "RoutingApi.Configuration")]
    [InlineData("Providers/Models", "RoutingApi.Configuration")]
    [InlineData("Providers/Models", "Providers.Catalogue")]
    [InlineData("Providers", "RoutingApi.Routing")]
    [InlineData("Providers", "RoutingApi.Decisions")]
    public void Room_KnowsNothingOfThoseAboveIt(string room, string other) =>
        Assert.DoesNotContain(Files(room), file => WithoutComments(File.ReadAllText(file)).Contains(other, StringComparison.Ordinal));

    [Fact]
    public void Find_Synonym_IsTheProvider()
    {
        Assert.Equal("gemini", ProviderCatalogue.Find("google")?.Name);
        Assert.Equal("digitalocean", ProviderCatalogue.Find("do_ai")?.Name);
        Assert.Null(ProviderCatalogue.Find("nobody"));
    }

    /// <summary>docs/providers.md says what the catalogue says.</summary>
    [Fact]
    public void Documentation_HasARowForEachProvider()
    {
        var page = File.ReadAllText(Path.Combine(RepositoryFiles.Root, "docs", "providers.md")).ReplaceLineEndings("\n");
        var table = Table();
        Assert.True(page.Contains(table, StringComparison.Ordinal), $"docs/providers.md should hold:\n{table}");
    }

    private static string Root => Path.Combine(RepositoryFiles.Root, "ModelScan.RoutingApi");

    private static string[] Files(string folder) => Directory.GetFiles(Path.Combine(Root, folder), "*.cs", SearchOption.AllDirectories);

    private static bool Declares(string code, string name) => code.Contains($"new(\"{name}\")", StringComparison.Ordinal) || code.Contains($"string Name = \"{name}\"", StringComparison.Ordinal);

    // What models.dev calls a provider, or a family its makers, may be the name of another.
    private static bool IsOfACatalogue(string file, string word) =>
        file.StartsWith("Providers/Catalogue/", StringComparison.Ordinal) && !word.Contains('/', StringComparison.Ordinal) && !word.Contains('.', StringComparison.Ordinal);

    private static string WithoutComments(string code) => Comments().Replace(code, "");

    private static string Table()
    {
        var table = new StringBuilder("| Prefix | Address | Key variable | Formats | In a start without configuration |\n|---|---|---|---|---|\n");
        foreach (var api in ProviderCatalogue.All)
        {
            var names = string.Join(", ", api.Synonyms.Prepend(api.Name).Select(name => $"`{name}`"));
            var formats = string.Join(", ", api.Native.Select(Format).Concat(api.Compatible.Select(format => $"({Format(format)})")));
            table.Append(System.Globalization.CultureInfo.InvariantCulture, $"| {names} | {api.BaseUrl ?? (api.NeedsNoAddress ? "" : "`base_url`")} | {(api.KeyVariable is { } key ? $"`{key}`" : "")} | {formats} | {(api.IsThereByDefault ? "yes" : "")} |\n");
        }

        return table.ToString();
    }

    private static string Format(ApiFormat format) => format switch
    {
        ApiFormat.ChatCompletions => "Chat Completions",
        ApiFormat.Messages => "Messages",
        ApiFormat.Responses => "Responses",
        _ => "Converse",
    };

    [GeneratedRegex("\"([^\"\\\\\n]*)\"")]
    private static partial Regex Texts();

    [GeneratedRegex(@"(?m)^\s*//.*$|(?<=\s)// .*$")]
    private static partial Regex Comments();
}
