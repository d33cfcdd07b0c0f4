using System.Text;
using ModelScan.RoutingApi.Providers;

namespace ModelScan.Tests.Providers;

/// <summary>What is changed in a request for providers that would refuse it; ids of rows are those of the compatibility vectors.</summary>
public sealed class RequestRulesTests
{
    [Theory]
    [InlineData("xai", "xai/grok-4", """{"model":"m","web_search_options":{},"n":1}""", """{"model":"m","n":1}""", "web_search_options")]
    [InlineData("xai-elsewhere", "openrouter/x-ai/grok-4", """{"model":"m","web_search_options":{}}""", """{"model":"m","web_search_options":{}}""", "")]
    [InlineData("kimi-for-coding", "acme/kimi-for-coding", """{"store":true,"model":"m","service_tier":"x","n":1}""", """{"model":"m","n":1}""", "store,service_tier")]
    [InlineData("kimi-k3", "moonshotai/kimi-k3", """{"model":"m","temperature":0.2,"top_p":0.1,"max_tokens":5}""", """{"model":"m","max_tokens":5}""", "temperature,top_p")]
    [InlineData("I13", "openrouter/moonshotai/kimi-k3", """{"model":"m","temperature":0.2,"top_p":0.1}""", """{"model":"m","temperature":0.2,"top_p":0.1}""", "")]
    [InlineData("I15-minimal", "moonshotai/kimi-k3", """{"model":"m","reasoning_effort":"minimal"}""", """{"model":"m","reasoning_effort":"low"}""", "reasoning_effort")]
    [InlineData("I15-high", "moonshotai/kimi-k3", """{"model":"m","reasoning_effort":"high"}""", """{"model":"m","reasoning_effort":"high"}""", "")]
    [InlineData("I15-max", "moonshotai/kimi-k3", """{"model":"m","reasoning_effort":"max"}""", """{"model":"m","reasoning_effort":"max"}""", "")]
    [InlineData("I15-other", "moonshotai/kimi-k3", """{"model":"m","reasoning_effort":"extreme"}""", """{"model":"m"}""", "reasoning_effort")]
    [InlineData("I43", "openai/gpt-5-mini", """{"model":"m","temperature": 0.2}""", """{"model":"m","temperature": 1}""", "temperature")]
    [InlineData("I43-none", "openai/gpt-5-mini", """{"model":"m"}""", """{"model":"m"}""", "")]
    [InlineData("I44", "openai/o3", """{"model":"m","max_tokens":50}""", """{"model":"m","max_completion_tokens":50}""", "")]
    [InlineData("I44-dash", "openai/o3-mini", """{"max_tokens":50, "model":"m"}""", """{"max_completion_tokens":50, "model":"m"}""", "")]
    [InlineData("I44-other", "openai/o3x", """{"model":"m","max_tokens":50}""", """{"model":"m","max_tokens":50}""", "")]
    [InlineData("metadata", "openai/gpt-4o", """{"model":"m","metadata":{"plano_preference_config":"x","a":"b"}}""", """{"model":"m","metadata":{"a":"b"}}""", "")]
    [InlineData("metadata-only", "openai/gpt-4o", """{"model":"m","metadata":{"archgw_preference_config":"x"}}""", """{"model":"m"}""", "")]
    public void For_ChatRequest_ChangesWhatTheProviderRefuses(string id, string model, string body, string expected, string reported) =>
        Check(id, model, ApiFormat.ChatCompletions, body, expected, reported);

    [Theory]
    [InlineData("I16", """{"model":"m","input":"hi","stream":true,"instructions":"be brief"}""", """{"store":false,"model":"m","input":[{"type":"message","role":"user","content":[{"type":"input_text","text":"hi"}]}],"stream":true,"instructions":"be brief"}""")]
    [InlineData("I16-list", """{"model":"m","store":true,"input":[],"instructions":"x"}""", """{"stream":true,"model":"m","store":false,"input":[],"instructions":"x"}""")]
    [InlineData("I17", """{"model":"m","store":false,"stream":false,"input":[],"instructions":"x"}""", """{"model":"m","store":false,"stream":true,"input":[],"instructions":"x"}""")]
    public void For_SubscriptionResponses_TakeTheFormThatIsRequired(string id, string body, string expected) =>
        Check(id, "chatgpt/gpt-5-codex", ApiFormat.Responses, body, expected, "");

    [Theory]
    [InlineData("openai/gpt-5", "responses", """{"model":"m","input":[{"role":"user","content":"q"}, {"type":"reasoning","summary":[],"encrypted_content":"ms1.chat.aG0"}]}""", """{"model":"m","input":[{"role":"user","content":"q"}]}""", "input.reasoning")]
    [InlineData("openai/gpt-5", "responses", """{"model":"m","input":[{"type":"reasoning","summary":[],"encrypted_content":"gAAA"}]}""", """{"model":"m","input":[{"type":"reasoning","summary":[],"encrypted_content":"gAAA"}]}""", "")]
    [InlineData("chatgpt/gpt-5-codex", "responses", """{"model":"m","stream":true,"store":false,"instructions":"x","input":[{"role":"user","content":"q"},{"type":"reasoning","encrypted_content":"ms1.chat.aG0"}]}""", """{"model":"m","stream":true,"store":false,"instructions":"x","input":[{"role":"user","content":"q"}]}""", "input.reasoning")]
    [InlineData("anthropic/claude-x", "messages", """{"model":"m","messages":[{"role":"assistant","content":[{"type":"thinking","thinking":"","signature":"ms1.openai.aG0"},{"type":"text","text":"a"}]}]}""", """{"model":"m","messages":[{"role":"assistant","content":[{"type":"text","text":"a"}]}]}""", "messages.content.thinking")]
    [InlineData("vercel/x", "chat", """{"model":"m","messages":[{"role":"user","content":"ms1."}]}""", """{"model":"m","messages":[{"role":"user","content":"ms1."}]}""", "")]
    public void For_ThoughtsThatWereSealedForTheClient_TakesThemOut(string model, string format, string body, string expected, string reported) => Check(
        "sealed", model, format switch { "messages" => ApiFormat.Messages, "responses" => ApiFormat.Responses, _ => ApiFormat.ChatCompletions }, body, expected, reported);

    private static void Check(string id, string model, ApiFormat format, string body, string expected, string reported)
    {
        var entry = ProviderPathTests.Entry(model, "http://h");
        var rules = new ModelTarget(entry, entry.ModelId, 0, null).RulesFor(format);
        using var rewrite = BodyRewrite.Apply(Encoding.UTF8.GetBytes(body), "\"m\""u8.ToArray(), rules);
        Assert.Equal((id, expected, reported), (id, Encoding.UTF8.GetString(rewrite.Bytes.Span), string.Join(',', rewrite.Changed)));
    }
}
