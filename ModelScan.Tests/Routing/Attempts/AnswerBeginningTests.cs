using System.Text;
using ModelScan.RoutingApi.Routing.Attempts;
using ModelScan.Tests.Support;

namespace ModelScan.Tests.Routing.Attempts;

/// <summary>Whether an answer is one shows at its beginning, wherever that is cut.</summary>
public sealed class AnswerBeginningTests
{
    private const string Role = "data: {\"choices\":[{\"index\":0,\"delta\":{\"role\":\"assistant\",\"content\":\"\"},\"finish_reason\":null}]}\n\n";
    private const string Word = "data: {\"choices\":[{\"index\":0,\"delta\":{\"content\":\"Hello\"}}]}\n\n";
    private const string Error = "data: {\"error\":{\"message\":\"no luck\",\"code\":502}}\n\n";
    private const string Streamed = """{"model":"p0/m","stream":true,"messages":[{"role":"user","content":"hi"}]}""";

    public static TheoryData<string, string> Streams => new()
    {
        { Word, nameof(BeginningVerdict.Good) },
        { Role + Word, nameof(BeginningVerdict.Good) },
        { ": OPENROUTER PROCESSING\n\n" + Word, nameof(BeginningVerdict.Good) },
        { "data: {\"choices\":[{\"delta\":{\"role\":\"assistant\",\"tool_calls\":[{\"index\":0}]}}]}\n\n", nameof(BeginningVerdict.Good) },
        { "data: {\"choices\":[{\"delta\":{},\"finish_reason\":\"stop\"}]}\n\n", nameof(BeginningVerdict.Good) },
        { "event: message_start\ndata: {\"type\":\"message_start\"}\n\nevent: content_block_start\ndata: {\"type\":\"content_block_start\"}\n\n", nameof(BeginningVerdict.Good) },
        { "event: response.created\r\ndata: {\"type\":\"response.created\"}\r\n\r\nevent: response.output_item.added\r\ndata: {\"type\":\"response.output_item.added\"}\r\n\r\n", nameof(BeginningVerdict.Good) },
        { "data: no json at all\n\n", nameof(BeginningVerdict.Good) },
        { "neither: this\nnor that\n\n", nameof(BeginningVerdict.Good) },
        { Error, nameof(BeginningVerdict.Failed) },
        { ": OPENROUTER PROCESSING\n\n" + Error, nameof(BeginningVerdict.Failed) },
        { "id: 7\n" + Error, nameof(BeginningVerdict.Failed) },
        { Role + Error, nameof(BeginningVerdict.Failed) },
        { "data: { \"error\" : {\"message\":\"no luck\"}}\n\n", nameof(BeginningVerdict.Failed) },
        { "data: {\"id\":\"x\",\"error\":{\"message\":\"no luck\"}}\n\n", nameof(BeginningVerdict.Failed) },
        { "data: {\"choices\":[{\"error\":{\"message\":\"no luck\"},\"delta\":{}}]}\n\n", nameof(BeginningVerdict.Failed) },
        { "data: {\"choices\":[{\"delta\":{},\"finish_reason\":\"error\"}]}\n\n", nameof(BeginningVerdict.Failed) },
        { "event: message_start\ndata: {\"type\":\"message_start\"}\n\nevent: error\ndata: {\"type\":\"error\",\"error\":{\"type\":\"overloaded_error\",\"message\":\"no luck\"}}\n\n", nameof(BeginningVerdict.Failed) },
        { "data: {\"type\":\"response.created\"}\n\ndata: {\"type\":\"response.failed\",\"response\":{\"error\":{\"message\":\"no luck\"}}}\n\n", nameof(BeginningVerdict.Failed) },
        { "data: [DONE]\n\n", nameof(BeginningVerdict.Failed) },
        { Role + "data: [DONE]\n\n", nameof(BeginningVerdict.Failed) },
        { Role, nameof(BeginningVerdict.Failed) },
        { ": nothing\n\n", nameof(BeginningVerdict.Failed) },
        { "", nameof(BeginningVerdict.Failed) },
        { Error.TrimEnd('\n'), nameof(BeginningVerdict.Failed) },
    };

    public static TheoryData<string, string> Wholes => new()
    {
        { "{\"id\":\"c\",\"choices\":[{\"message\":{\"content\":\"Hello\"}}]}", nameof(BeginningVerdict.Good) },
        { "{\"id\":\"c\",\"error\":null,\"output\":[]}", nameof(BeginningVerdict.Good) },
        { "{\"usage\":{},\"choices\":[{\"message\":{\"content\":\"{\\\"error\\\":{}}\"}}]}", nameof(BeginningVerdict.Good) },
        { "[1]", nameof(BeginningVerdict.Good) },
        { "<html>", nameof(BeginningVerdict.Good) },
        { "", nameof(BeginningVerdict.Good) },
        { "{\"error\":{\"message\":\"no luck\"}}", nameof(BeginningVerdict.Failed) },
        { " { \"id\" : \"x\", \"error\" : \"no luck\" }", nameof(BeginningVerdict.Failed) },
    };

    [Theory]
    [MemberData(nameof(Streams))]
    public void Stream_CutAnywhere_SameVerdict(string text, string expected) => CutAnywhere(text, expected, isStream: true);

    [Theory]
    [MemberData(nameof(Wholes))]
    public void Whole_CutAnywhere_SameVerdict(string text, string expected) => CutAnywhere(text, expected, isStream: false);

    [Fact]
    public void Stream_LongWithoutAnything_IsTakenForGood()
    {
        var beginning = new AnswerBeginning(isStream: true);
        Assert.Equal(BeginningVerdict.Good, beginning.Add(Encoding.UTF8.GetBytes($": {new string('x', AnswerBeginning.Longest)}\n\n")));
    }

    [Theory]
    [InlineData(": OPENROUTER PROCESSING\n\n")]
    [InlineData(Role)]
    [InlineData("")]
    public async Task FirstModelsStreamFailsBehindABeginning_SecondAnswersAndNothingOfTheFirstIsSeen(string beginning)
    {
        var providers = new ScriptedProviders()
            .On("p0", _ => ScriptedProviders.Stream(beginning.Length > 0 ? [beginning, Error] : [Error]))
            .On("p1", _ => ScriptedProviders.Stream([Role, Word]));
        using var rig = new RoutingRig(providers, RoutingRig.Config(2));
        var answer = await rig.AttemptAsync(Streamed, "p0/m", "p1/m");
        Assert.Equal((Role + Word, "p1/m", 2), (answer.Text, answer.Model, answer.Attempts));
    }

    [Fact]
    public async Task FirstModelsWholeAnswerIsAnErrorInA200_SecondAnswers()
    {
        var providers = new ScriptedProviders().On("p0", _ => ScriptedProviders.Json("{\"error\":{\"message\":\"no luck\"}}")).On("p1", _ => ScriptedProviders.Json("{\"ok\":true}"));
        using var rig = new RoutingRig(providers, RoutingRig.Config(2));
        Assert.Equal("{\"ok\":true}", (await rig.AttemptAsync(Streamed.Replace(",\"stream\":true", "", StringComparison.Ordinal), "p0/m", "p1/m")).Text);
    }

    [Fact]
    public async Task OnlyModelsStreamBeginsWithAnError_TheClientGetsItAsItIs()
    {
        var providers = new ScriptedProviders().On("p0", _ => ScriptedProviders.Stream([": OPENROUTER PROCESSING\n\n", Error]));
        using var rig = new RoutingRig(providers, RoutingRig.Config(1));
        Assert.Equal(": OPENROUTER PROCESSING\n\n" + Error, (await rig.AttemptAsync(Streamed, "p0/m")).Text);
    }

    private static void CutAnywhere(string text, string expected, bool isStream)
    {
        var bytes = Encoding.UTF8.GetBytes(text);
        for (var cut = 0; cut <= bytes.Length; cut++)
        {
            var beginning = new AnswerBeginning(isStream);
            var verdict = BeginningVerdict.Undecided;
            foreach (var piece in (byte[][])[bytes[..cut], bytes[cut..]])
            {
                if (verdict == BeginningVerdict.Undecided && piece.Length > 0)
                    verdict = beginning.Add(piece);
            }

            if (verdict == BeginningVerdict.Undecided)
                verdict = beginning.Add([]);
            Assert.Equal(expected, verdict.ToString());
            if (expected == nameof(BeginningVerdict.Failed) && text.Contains("no luck", StringComparison.Ordinal))
                Assert.Equal("no luck", beginning.Error!.Message);
        }
    }
}
