using System.Text.Json;
using System.Text.RegularExpressions;
using ModelScan.Tests.Support;

namespace ModelScan.Tests.Dialects.Translation;

/// <summary>
/// Every conversion vector is held: by a row of the files beside <c>conversion-ids.json</c>, by a test that it names, or by a row of
/// <c>docs/conversion-deviations.md</c> that says why not.
/// </summary>
public sealed partial class ConversionIdTests
{
    private const string Folder = "Vectors";

    public static TheoryData<string> Ids => [.. Held().GetProperty("ids").EnumerateArray().Select(id => id.GetString()!)];

    [Theory]
    [MemberData(nameof(Ids))]
    public void Vector_IsARowATestOrADeviation(string id)
    {
        var tests = Tests(id);
        Assert.All(tests, test => Assert.True(IsTest(test), $"{id}: there is no test {test}"));
        Assert.True(IsRow(id) || tests.Count > 0 || Deviations().ContainsKey(id), $"{id} is neither a row of Vectors/, nor a test of conversion-ids.json, nor a deviation");
    }

    [Fact]
    public void Deviations_AllHaveAReason() => Assert.All(Deviations(), row => Assert.True(row.Value.Length > 10, $"{row.Key} deviates for no reason"));

    [Fact]
    public void Tests_AreOfIdsThatThereAre()
    {
        var ids = Held().GetProperty("ids").EnumerateArray().Select(id => id.GetString()!).ToList();
        Assert.Equal(ids.Count, ids.Distinct().Count());
        Assert.All(Held().GetProperty("tests").EnumerateObject(), test => Assert.Contains(test.Name, ids));
    }

    private static List<string> Tests(string id) =>
        Held().GetProperty("tests").TryGetProperty(id, out var tests) ? [.. tests.EnumerateArray().Select(test => test.GetString()!)] : [];

    // Some vectors are several rows: B04.1, B04.2, …
    private static bool IsRow(string id) => Directory.GetFiles(FolderPath(), "chat-to-messages-*.json").Concat(Directory.GetFiles(FolderPath(), "messages-to-chat-*.json"))
        .Append(Path.Combine(FolderPath(), "provider-errors.json"))
        .SelectMany(file => VectorFile.Load(Path.GetFileName(file)).Keys)
        .Any(row => row == id || row.StartsWith($"{id}.", StringComparison.Ordinal));

    private static bool IsTest(string name)
    {
        var (type, method) = (name.Split('.')[0], name.Split('.')[1]);
        return typeof(ConversionIdTests).Assembly.GetTypes().Where(each => each.Name == type)
            .SelectMany(each => each.GetMethods())
            .Any(each => each.Name == method && each.GetCustomAttributes(typeof(FactAttribute), inherit: true).Length > 0);
    }

    // Ids stand in the first cell of a table's row, one by one or from one to another: S02–S29.
    private static Dictionary<string, string> Deviations()
    {
        var deviations = new Dictionary<string, string>(StringComparer.Ordinal);
        foreach (var line in File.ReadLines(Path.Combine(RepositoryFiles.Root, "docs", "conversion-deviations.md")).TakeWhile(line => line != "## Responses and Chat Completions, against Plano").Concat(Others()))
        {
            var cells = line.Split('|', StringSplitOptions.TrimEntries);
            if (cells.Length < 4)
                continue;
            foreach (Match match in Id().Matches(cells[1]))
                deviations[match.Value] = cells[^2];
        }

        return deviations;

        static IEnumerable<string> Others() => File.ReadLines(Path.Combine(RepositoryFiles.Root, "docs", "conversion-deviations.md")).SkipWhile(line => line != "## What is not part of the gateway");
    }

    private static string FolderPath() => Path.Combine(AppContext.BaseDirectory, "Dialects", "Translation", Folder);

    private static JsonElement Held()
    {
        using var document = JsonDocument.Parse(File.ReadAllBytes(Path.Combine(FolderPath(), "conversion-ids.json")));
        return document.RootElement.Clone();
    }

    [GeneratedRegex("[A-Z][0-9]{2}", RegexOptions.None, matchTimeoutMilliseconds: 5000)]
    private static partial Regex Id();
}
