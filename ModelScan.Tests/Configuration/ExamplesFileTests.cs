using ModelScan.Tests.Support;

namespace ModelScan.Tests.Configuration;

public sealed class ExamplesFileTests : IDisposable
{
    private readonly TemporaryFolder _folder = new();

    [Fact]
    public void ExamplesFile_LinesOfTheRoute_FollowTheWrittenExamplesNewestFirst()
    {
        var file = _folder.Write("feedback.jsonl", """
            {"prompt": "my radiator leaks", "route": "facilities", "feedback": "right", "lang": "en"}
            {"prompt": "what is the boiling point of mercury?", "route": null, "feedback": "wrong"}

            {"prompt": "the badge does not open the door", "route": "access", "feedback": "right"}
            {"prompt": "room 12 is cold", "route": "facilities", "feedback": "wrong"}
            {"prompt": "who knows", "right": ["facilities", "access"]}
            """);
        var route = Assert.Single(ConfigText.Read(Config($"examples: [it drips], examples_file: '{file}'")).Routes);
        Assert.Equal(["it drips", "room 12 is cold", "my radiator leaks"], route.Examples);
    }

    [Fact]
    public void ExamplesFile_ManyLines_TheLastHundredCount()
    {
        var file = _folder.Write("feedback.jsonl", string.Concat(Enumerable.Range(0, 300).Select(i => $$"""{"prompt": "p{{i}}", "route": "facilities"}""" + "\n")));
        var route = Assert.Single(ConfigText.Read(Config($"examples_file: '{file}'")).Routes);
        Assert.Equal((100, "p299", "p200"), (route.Examples.Count, route.Examples[0], route.Examples[^1]));
    }

    [Theory]
    [InlineData("nonsense", "feedback.jsonl:1: must be an object")]
    [InlineData("""{"prompt": null, "route": "facilities"}""", "feedback.jsonl:1: 'prompt' is null")]
    public void ExamplesFile_WrongLine_IsNamed(string line, string saying)
    {
        var error = Assert.Single(ConfigText.Errors(Config($"examples_file: '{_folder.Write("feedback.jsonl", line)}'")));
        Assert.Equal("routing_preferences[0].examples_file", error.Path);
        Assert.Contains(saying, error.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void ExamplesFile_ThatIsNotThere_IsAnError() =>
        Assert.Contains("there is no file", Assert.Single(ConfigText.Errors(Config("examples_file: /nowhere.jsonl"))).Message, StringComparison.Ordinal);

    [Fact]
    public void ExamplesFile_WithoutTheRoute_IsNoticed()
    {
        var loaded = ConfigText.Load(Config($"examples_file: '{_folder.Write("feedback.jsonl", """{"prompt": "x", "route": "other"}""")}'"));
        Assert.Contains(loaded.Notices, notice => notice.Message.Contains("has no example of this route", StringComparison.Ordinal));
    }

    public void Dispose() => _folder.Dispose();

    private static string Config(string more) =>
        ConfigText.Version4 + $"routing_preferences: [{{ name: facilities, description: the building, models: [openai/gpt-4o], {more} }}]";
}
