using System.Text;
using System.Text.Json;
using System.Text.Json.Nodes;
using ModelScan.RoutingApi.Conversations;
using ModelScan.RoutingApi.Decisions;
using ModelScan.RoutingApi.Decisions.RouterModels;
using static ModelScan.Tests.Decisions.RouterModels.Sample;

namespace ModelScan.Tests.Decisions.RouterModels;

public sealed class RouterPromptTests
{
    private static readonly ConversationMessage[] Conversation = [User("draw a cat"), Assistant("Which one?"), User("a \"black\"\none, 日本 😀")];

    [Theory]
    [InlineData("C1", """{"name":"foo","value":123}""", """{"name": "foo", "value": 123}""")]
    [InlineData("C2", """{"outer":{"inner":"value"}}""", """{"outer": {"inner": "value"}}""")]
    [InlineData("lists and literals", """{"a":[1,"x",null,true],"b":[],"c":{}}""", """{"a": [1, "x", null, true], "b": [], "c": {}}""")]
    public void AppendSpaced_Vector_SpacesLikePython(string id, string json, string expected)
    {
        var text = PromptJson.AppendSpaced(new StringBuilder(), JsonNode.Parse(json)).ToString();

        Assert.True(expected == text, $"{id}: {text}");
    }

    [Fact]
    public void AppendString_ControlCharactersAndLoneSurrogates_BecomeValidJson()
    {
        var text = PromptJson.AppendString(new StringBuilder(), "\u0001\t\\\ud800é😀").ToString();

        Assert.Equal("\"\\u0001\\t\\\\\ufffdé😀\"", text);
        Assert.Equal("\u0001\t\\\ufffdé😀", JsonDocument.Parse(text).RootElement.GetString());
    }

    [Fact]
    public void Render_C3_Orchestrator_OneRouteObjectPerLineInDeclarationOrder()
    {
        var lines = Between(Orchestrator(), "routes").Split('\n');

        Assert.Equal(3, lines.Length);
        Assert.Equal(
            """{"name": "Image generation", "description": "generating image", "parameters": {"type": "object", "properties": {}, "required": []}}""",
            lines[0]);
        Assert.StartsWith("""{"name": "code_generation", """, lines[1], StringComparison.Ordinal);
        Assert.StartsWith("""{"name": "user's docs", """, lines[2], StringComparison.Ordinal);
    }

    [Fact]
    public void Render_C4_Orchestrator_ConversationIsIndentedByFour()
    {
        Assert.Equal(
            """
            [
                {
                    "role": "user",
                    "content": "draw a cat"
                },
                {
                    "role": "assistant",
                    "content": "Which one?"
                },
                {
                    "role": "user",
                    "content": "a \"black\"\none, 日本 😀"
                }
            ]
            """,
            Between(Orchestrator(), "conversation"));
    }

    [Fact]
    public void Render_Orchestrator_HasItsSectionsInOrderBetweenNewlines()
    {
        var text = Orchestrator();

        Assert.StartsWith("\n", text, StringComparison.Ordinal);
        Assert.EndsWith("\n", text, StringComparison.Ordinal);
        int[] positions =
        [
            .. new[] { "\n<routes>\n", "\n</routes>\n\n", "\n<conversation>\n", "\n</conversation>\n\n", "## Instructions\n1. ", "\n2. ", "\n3. ", "\n4. ", "\n\n## Response Format\n" }
                .Select(part => text.IndexOf(part, StringComparison.Ordinal)),
        ];
        Assert.DoesNotContain(-1, positions);
        Assert.Equal(positions.Order(), positions);
    }

    [Fact]
    public void Render_Orchestrator_ExampleIsValidJsonWithSingleBraces()
    {
        var example = Orchestrator().Split('\n').Last(line => line.StartsWith('{'));

        Assert.Equal(JsonValueKind.Array, JsonDocument.Parse(example).RootElement.GetProperty("route").ValueKind);
    }

    [Fact]
    public void Render_ArchRouter_RoutesAndConversationAreCompactJson()
    {
        var text = RouterPrompt.For(RouterPromptStyle.ArchRouter, "").Render(Routes, Conversation);

        Assert.Equal(
            """[{"name":"Image generation","description":"generating image"},{"name":"code_generation","description":"generating new code, writing functions, or creating boilerplate"},{"name":"user's docs","description":"questions about the user's own documents"}]""",
            Between(text, "routes"));
        Assert.Equal(
            """[{"role":"user","content":"draw a cat"},{"role":"assistant","content":"Which one?"},{"role":"user","content":"a \"black\"\none, 日本 😀"}]""",
            Between(text, "conversation"));
        Assert.Contains("""{"route": "other"}""", text, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData(RouterPromptStyle.Auto, "Arch-Router", 2048)]
    [InlineData(RouterPromptStyle.Auto, "katanemo/ARCH-ROUTER-1.5B", 2048)]
    [InlineData(RouterPromptStyle.Auto, "Plano-Orchestrator", 8192)]
    [InlineData(RouterPromptStyle.Auto, "gpt-4o-mini", 8192)]
    [InlineData(RouterPromptStyle.Orchestrator, "Arch-Router", 8192)]
    [InlineData(RouterPromptStyle.ArchRouter, "Plano-Orchestrator", 2048)]
    public void For_StyleAndModel_ChoosePromptAndContext(RouterPromptStyle style, string model, int contextTokens) =>
        Assert.Equal(contextTokens, RouterPrompt.For(style, model).ContextTokens);

    [Fact]
    public void TemplateTokens_IsAQuarterOfTheFixedTextsBytes()
    {
        var prompt = RouterPrompt.For(RouterPromptStyle.Orchestrator, "");
        var withNothing = prompt.Render(new RouteSet([]), []);

        // Nothing but the empty conversation, "[]", is added to the fixed text.
        Assert.Equal((Encoding.UTF8.GetByteCount(withNothing) - 2) / 4, prompt.TemplateTokens);
    }

    private static string Orchestrator() => RouterPrompt.For(RouterPromptStyle.Orchestrator, "").Render(Routes, Conversation);

    private static string Between(string text, string tag)
    {
        var start = text.IndexOf($"\n<{tag}>\n", StringComparison.Ordinal) + tag.Length + 4;
        return text[start..text.IndexOf($"\n</{tag}>\n", start, StringComparison.Ordinal)];
    }
}
