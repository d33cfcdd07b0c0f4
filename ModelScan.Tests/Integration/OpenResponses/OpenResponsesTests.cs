using System.Globalization;
using System.Text;
using ModelScan.Tests.Support;

namespace ModelScan.Tests.Integration.OpenResponses;

/// <summary>
/// The cases of Open Responses' acceptance suite against <c>/v1/responses</c> of a gateway process, with providers of three formats. <c>docs/open-responses.md</c> says
/// what comes of each; to write it anew, run this class with <c>UPDATE_DOCS=1</c>.
/// </summary>
public sealed class OpenResponsesTests(ResponsesServer server) : IClassFixture<ResponsesServer>
{
    private const string Orphan = "websocket-failed-continuation-evicts-cache";

    internal static readonly (string Format, string Model)[] Providers = [("Responses", "openai/gpt-5.5"), ("Chat Completions", "groq/llama-3.3-70b"), ("Messages", "anthropic/claude-sonnet-4-5")];

    // What is done otherwise on purpose: by case and format, what is then wrong, and why.
    private static readonly Dictionary<(string Case, string Format), (string Problem, string Reason)> Deviations = new()
    {
        [(Orphan, "Chat Completions")] = ("the turn ended with response.completed", Why),
        [(Orphan, "Messages")] = ("the turn ended with response.completed", Why),
    };

    private const string Why = "the failing turn of this case has a result without its call; where a request is translated the model is told it as text, so that a conversation whose beginning was cut off goes on";

    public static TheoryData<string, string> Cases
    {
        get
        {
            var data = new TheoryData<string, string>();
            foreach (var each in ComplianceCase.All)
            {
                foreach (var (format, _) in Providers)
                    data.Add(each.Id, format);
            }

            return data;
        }
    }

    [Theory]
    [MemberData(nameof(Cases))]
    public async Task Case_IsMetOrDeviatesAsTheDocumentSays(string id, string format)
    {
        var problems = await ComplianceCase.All.Single(each => each.Id == id).Run(server, Providers.Single(provider => provider.Format == format).Model);
        if (Deviations.TryGetValue((id, format), out var deviation))
            Assert.Contains(deviation.Problem, problems);
        else
            Assert.True(problems.Count == 0, string.Join('\n', problems.Distinct()));
    }

    [Theory]
    [InlineData("""{"type":"message","id":"m","role":"assistant","content":[]}""", "item.status is missing")]
    [InlineData("""{"type":"message","id":"m","status":"done","role":"assistant","content":[]}""", "item.status is \"done\", not =in_progress|completed|incomplete")]
    [InlineData("""{"type":"message","id":"m","status":"completed","role":"assistant","content":[{"type":"output_text","text":7,"annotations":[]}]}""", "item.content[0].text is 7, not string")]
    [InlineData("""{"type":"hologram"}""", "item.type is 'hologram', which no item is")]
    public void Shapes_SayWhatIsWrong(string item, string problem) => Assert.Contains(problem, Shapes.Problems("item", System.Text.Json.Nodes.JsonNode.Parse(item)));

    [Fact]
    public async Task Document_IsWhatTheTestsSay()
    {
        var path = Path.Combine(RepositoryFiles.Root, "docs", "open-responses.md");
        var expected = Document();
        if (Environment.GetEnvironmentVariable("UPDATE_DOCS") == "1")
            await File.WriteAllTextAsync(path, expected);
        Assert.Equal(expected, (await File.ReadAllTextAsync(path)).ReplaceLineEndings("\n"));
    }

    private static string Document()
    {
        var text = new StringBuilder();
        text.Append(string.Create(CultureInfo.InvariantCulture, $$"""
            # Open Responses

            [Open Responses](https://www.openresponses.org) is a specification of the Responses API for everybody who is not OpenAI. The tests run the cases of its
            acceptance suite, written anew, against a gateway process with a played provider of each format, and check every response, item and event against
            what the schema of {{Shapes.Version}} requires. `response-output-phase-schema` of that suite asks nobody and is left out.

            | Case | What | {{string.Join(" | ", Providers.Select(provider => provider.Format))}} |
            |---|---|{{string.Concat(Providers.Select(_ => "---|"))}}

            """).ReplaceLineEndings("\n"));
        var reasons = Deviations.Values.Select(deviation => deviation.Reason).Distinct().ToList();
        foreach (var each in ComplianceCase.All)
        {
            var cells = Providers.Select(provider => Deviations.TryGetValue((each.Id, provider.Format), out var deviation) ? $"otherwise ({reasons.IndexOf(deviation.Reason) + 1})" : "yes");
            text.Append(CultureInfo.InvariantCulture, $"| `{each.Id}` | {each.What} | {string.Join(" | ", cells)} |\n");
        }

        for (var i = 0; i < reasons.Count; i++)
            text.Append(CultureInfo.InvariantCulture, $"\n({i + 1}) {char.ToUpperInvariant(reasons[i][0])}{reasons[i][1..]}.\n");
        text.Append("""

            Beyond the suite:

            - Thoughts that are shown as they are stream as `response.reasoning_text.delta` and `.done`, which is what OpenAI's API and its SDKs call them; Open Responses says
              `response.reasoning.delta`. Summaries are called the same in both.
            - An `error` event has the members that OpenAI documents (`code`, `message`, `param`) and the `error` object of Open Responses, which OpenAI's servers send, too.
            - A response repeats what was asked for. Tools that are no functions, custom ones above all, are not part of the specification and are repeated as they came.
            - On a WebSocket, a turn that is refused (a 4xx, save 408 and 429) takes the response that it went on from off the connection. Troubles of a provider that pass leave it
              there, so that the client may just ask again.

            """.ReplaceLineEndings("\n"));
        return text.ToString();
    }
}
