using ModelScan.RoutingApi.Capabilities;
using ModelScan.RoutingApi.Conversations.Reading;
using ModelScan.RoutingApi.Providers;
using ModelScan.RoutingApi.Providers.Catalogue;
using ModelScan.RoutingApi.Providers.Models;

namespace ModelScan.Tests.Providers;

public sealed class KnownCapabilitiesTests
{
    [Theory]
    [InlineData("openai/gpt-4o", "max_completion_tokens", true, false, true)]
    [InlineData("openai/gpt-3.5-turbo", "max_tokens", true, false, false)]
    [InlineData("openai/gpt-5-mini", "max_completion_tokens", false, true, true)]
    [InlineData("openai/gpt-5-chat-latest", "max_completion_tokens", true, false, true)]
    [InlineData("openai/gpt-5.2-chat-latest", "max_completion_tokens", true, true, true)]
    [InlineData("openai/o3-mini", "max_completion_tokens", false, true, false)]
    [InlineData("openai/o1-mini", "max_completion_tokens", false, false, false)]
    [InlineData("openai/gpt-9-ultra", "max_completion_tokens", false, true, true)]
    [InlineData("openrouter/openai/o3", "max_completion_tokens", false, true, true)]
    [InlineData("groq/llama-3.3-70b-versatile", "max_tokens", true, false, false)]
    [InlineData("groq/openai/gpt-oss-120b", "max_tokens", true, true, false)]
    [InlineData("deepseek/deepseek-chat", "max_tokens", true, false, false)]
    [InlineData("acme/gpt-oss-120b", "max_tokens", true, true, false)]
    [InlineData("acme/Qwen/Qwen3-32B-AWQ", "max_tokens", true, false, false)]
    public void Of_Model_TakesWhatItsFamilyTakes(string model, string tokenLimit, bool sampling, bool effort, bool images)
    {
        var capabilities = Of(model);
        Assert.Equal(
            (model, tokenLimit, sampling, effort, images),
            (model, capabilities.TokenLimitField, capabilities.Sampling, capabilities.ReasoningEffort, capabilities.Images));
    }

    [Theory]
    [InlineData("openai/gpt-4o-mini", 16_384)]
    [InlineData("openai/gpt-4-turbo", 4096)]
    [InlineData("openai/gpt-4o-2024-05-13", 4096)]
    [InlineData("anthropic/claude-3-haiku-20240307", 4096)]
    [InlineData("anthropic/claude-3-5-sonnet-latest", 8192)]
    [InlineData("anthropic/claude-opus-4-1", 32_000)]
    [InlineData("anthropic/claude-sonnet-4-5", 64_000)]
    [InlineData("anthropic/claude-opus-4-6", 128_000)]
    [InlineData("anthropic/claude-opus-9-20300101", 128_000)]
    [InlineData("amazon_bedrock/us.anthropic.claude-sonnet-4-5-20250929-v1:0", 64_000)]
    [InlineData("acme/gpt-4o-mini", null)]
    public void Of_Model_KnowsHowMuchItWrites(string model, int? limit) => Assert.Equal((model, limit), (model, Of(model).MaxOutputTokens));

    /// <summary>Deployments are called as somebody likes.</summary>
    [Theory]
    [InlineData("azure_openai/gpt-35-turbo", "azure/gpt-3.5-turbo-1106")]
    [InlineData("azure_openai/gpt4o", "azure/gpt-4o")]
    [InlineData("azure_openai/gpt-4o-mini-2", "azure/gpt-4o-mini")]
    [InlineData("azure_openai/team-a-gpt-4o-mini-prod", "azure/gpt-4o-mini")]
    [InlineData("azure_openai/chat-prod", "")]
    [InlineData("openrouter/openai/gpt-5.4:floor", "openrouter/openai/gpt-5.4")]
    [InlineData("google_vertex/claude-opus-4-7@20260416", "google-vertex/claude-opus-4-7@default")]
    [InlineData("fireworks_ai/accounts/me/models/glm-5p1", "fireworks-ai/accounts/fireworks/models/glm-5p1")]
    public void Recognise_Deployment_IsTheModelInItsName(string model, string row)
    {
        var entry = ProviderPathTests.Entry(model, "http://h");
        var api = ConfiguredProvider.Of(entry, entry.ModelId);
        var (id, name) = KnownCapabilities.Recognise(entry.ModelId, ModelRows.Embedded);
        Assert.Equal((model, row), (model, ModelRows.Embedded.Find(api.CatalogueName, id, ProviderCatalogue.MakerOf(name.Family)?.CatalogueName ?? "").Id));
    }

    /// <summary>No rule makes a model that the catalogue knows unknown: limits are those of its own row.</summary>
    [Fact]
    public void Of_EveryModelOfTheCatalogue_HasTheLimitsOfItsRow()
    {
        foreach (var api in ProviderCatalogue.All.Where(api => api.CatalogueName.Length > 0))
        {
            foreach (var id in ModelRows.Embedded.IdsOf(api.CatalogueName))
            {
                var row = ModelRows.Embedded.Find(api.CatalogueName, id, "");
                Assert.Equal($"{api.CatalogueName}/{id}", row.Id);
                var known = KnownCapabilities.Of(api, id, ModelRows.Embedded);
                Assert.True(row.Output is null || row.Output == known.MaxOutputTokens, row.Id);
                Assert.True(row.Context is null || row.Context == known.ContextTokens, row.Id);
            }
        }
    }

    /// <summary>From which generation on Claude models think as they see fit, and take neither a budget nor sampling.</summary>
    [Theory]
    [InlineData("claude-3-7-sonnet-20250219", false, true, true, false)]
    [InlineData("claude-sonnet-4-5", false, true, true, true)]
    [InlineData("claude-opus-4-5", false, true, true, true)]
    [InlineData("claude-opus-4-6", true, true, true, true)]
    [InlineData("claude-opus-4-7", true, false, false, true)]
    [InlineData("claude-opus-4-8", true, false, false, true)]
    [InlineData("claude-opus-5", true, false, false, true)]
    [InlineData("claude-sonnet-5", true, false, false, true)]
    [InlineData("claude-sonnet-5-5", true, false, false, true)]
    [InlineData("claude-haiku-5", true, false, false, true)]
    [InlineData("claude-fable-5", true, false, false, true)]
    [InlineData("claude-mythos", true, false, false, true)]
    [InlineData("claude-something-new", true, false, false, true)]
    [InlineData("claude-sonnet-4-20250514", false, true, true, false)]
    [InlineData("claude-opus-4-1-20250805", false, true, true, true)]
    public void Of_Claude_ThinksByItsGeneration(string model, bool adaptive, bool budget, bool sampling, bool structured)
    {
        var capabilities = Of($"anthropic/{model}");
        Assert.Equal(
            (model, adaptive, budget, sampling, structured),
            (model, capabilities.Reasoning.IsAdaptive, capabilities.Reasoning.Budget is not null, capabilities.Sampling, capabilities.StructuredOutput == StructuredOutput.JsonSchema));
    }

    [Theory]
    [InlineData("claude-opus-4-7", false, true, "disabled")]
    [InlineData("claude-opus-5", true, true, "disabled")]
    [InlineData("claude-opus-5-5", true, false, "disabled")]
    [InlineData("claude-sonnet-5", false, true, "disabled")]
    [InlineData("claude-sonnet-5-5", false, true, "between_tools")]
    public void Of_Claude_StopsThinkingInItsOwnWay(string model, bool isOn, bool canBeOff, string off)
    {
        var reasoning = Of($"anthropic/{model}").Reasoning;
        Assert.Equal((model, isOn, canBeOff, off), (model, reasoning.IsOnByDefault, reasoning.CanBeOff, reasoning.OffType));
    }

    /// <summary>An effort came with Opus 4.5; other models of that generation go by a budget alone.</summary>
    [Theory]
    [InlineData("claude-opus-4-1", false)]
    [InlineData("claude-opus-4-5", true)]
    [InlineData("claude-sonnet-4-5", false)]
    [InlineData("claude-haiku-4-5", false)]
    [InlineData("claude-sonnet-4-6", true)]
    [InlineData("claude-opus-4-7", true)]
    public void Of_Claude_TakesAnEffortByItsGeneration(string model, bool takes) => Assert.Equal((model, takes), (model, Of($"anthropic/{model}").Reasoning.Efforts != Efforts.Unset));

    [Theory]
    [InlineData("claude-opus-4", true)]
    [InlineData("claude-opus-4-1", false)]
    [InlineData("claude-sonnet-4", true)]
    [InlineData("claude-haiku-4-5", false)]
    public void Of_Claude_TakesOneOfTemperatureAndTopP(string model, bool both) => Assert.Equal((model, both), (model, Of($"anthropic/{model}").TemperatureWithTopP));

    [Theory]
    [InlineData("openai/gpt-5.2", ChatToolTerms.Always)]
    [InlineData("openai/gpt-5.4", ChatToolTerms.WithoutEffort)]
    [InlineData("openai/gpt-5.4-mini-2026-03-17", ChatToolTerms.WithoutEffort)]
    [InlineData("openai/gpt-5.6", ChatToolTerms.WithEffortNone)]
    [InlineData("openai/gpt-6-nano", ChatToolTerms.WithEffortNone)]
    [InlineData("openai/gpt-5.3-chat-latest", ChatToolTerms.Always)]
    [InlineData("azure_openai/gpt-5.5", ChatToolTerms.WithoutEffort)]
    [InlineData("openrouter/openai/gpt-5.6", ChatToolTerms.Always)]
    public void Of_OpenAiModel_TakesToolsInChatOnItsTerms(string model, ChatToolTerms terms) => Assert.Equal((model, terms), (model, Of(model).ChatTools));

    [Theory]
    [InlineData("openai/gpt-4o", "", "")]
    [InlineData("openai/gpt-5", "minimal low medium high", "")]
    [InlineData("openai/gpt-5.4", "none low medium high xhigh", "")]
    [InlineData("openai/gpt-5.5-pro", "medium high xhigh", "")]
    [InlineData("deepseek/deepseek-v4-pro", "high max", "reasoning_content")]
    [InlineData("moonshotai/kimi-k3", "low high max", "reasoning_content")]
    [InlineData("zhipu/glm-5.2", "high max", "reasoning_content")]
    [InlineData("gemini/gemini-2.5-pro", "low medium high", "")]
    [InlineData("gemini/gemini-2.5-flash", "none low medium high", "")]
    [InlineData("openrouter/anthropic/claude-sonnet-4.5", "low medium high", "")]
    [InlineData("qwen/qwen3-32b", "", "reasoning_content")]
    [InlineData("xai/grok-4.3", "none low medium high", "")]
    [InlineData("xai/grok-4-fast-reasoning", "", "")]
    [InlineData("xai/grok-3-mini", "low high", "")]
    [InlineData("anthropic/claude-opus-4-6", "low medium high max", "")]
    public void Of_Model_KnowsItsEfforts(string model, string efforts, string returnField)
    {
        var reasoning = Of(model).Reasoning;
        var known = string.Join(' ', Enum.GetValues<Efforts>().Where(effort => effort != Efforts.Unset && reasoning.Efforts.HasFlag(effort)).Select(effort => effort.Word()));
        Assert.Equal((model, efforts, returnField), (model, known, reasoning.ReturnField ?? ""));
        Assert.True(reasoning.Budget is null || model.StartsWith("anthropic/", StringComparison.Ordinal), model);
    }

    [Theory]
    [InlineData("openai/gpt-4o", StructuredOutput.JsonSchema, SchemaProfile.OpenAiStrict)]
    [InlineData("openai/gpt-4-turbo", StructuredOutput.JsonMode, SchemaProfile.OpenAiStrict)]
    [InlineData("deepseek/deepseek-v4-flash", StructuredOutput.JsonMode, SchemaProfile.Full)]
    [InlineData("moonshotai/kimi-k2.6", StructuredOutput.JsonMode, SchemaProfile.Full)]
    [InlineData("zai/glm-5.1", StructuredOutput.JsonMode, SchemaProfile.Full)]
    [InlineData("groq/llama-3.3-70b-versatile", StructuredOutput.JsonMode, SchemaProfile.Full)]
    [InlineData("groq/openai/gpt-oss-20b", StructuredOutput.JsonSchema, SchemaProfile.Full)]
    [InlineData("anthropic/claude-3-5-haiku-20241022", StructuredOutput.None, SchemaProfile.Anthropic)]
    [InlineData("gemini/gemini-2.5-flash", StructuredOutput.JsonSchema, SchemaProfile.Gemini)]
    public void Of_Model_ShapesItsAnswers(string model, StructuredOutput shape, SchemaProfile schemas) =>
        Assert.Equal((model, shape, schemas), (model, Of(model).StructuredOutput, Of(model).Schemas));

    [Fact]
    public void Of_ProvidersWithPeculiarities_SaySo()
    {
        Assert.True(Of("mistral/mistral-small").ShortToolIds);
        Assert.False(Of("mistral/mistral-small").TakesField("user"));
        Assert.True(Of("mistral/mistral-small").TakesField("random_seed"));
        Assert.False(Of("xai/grok-4.3").TakesField("web_search_options"));
        Assert.True(Of("deepseek/deepseek-reasoner").ReasoningContent);
        Assert.True(Of("openai/gpt-4o").OpenAiFields);
        Assert.True(Of("openai/gpt-4o").DeveloperRole);
        Assert.True(Of("lmstudio/qwen3-8b").OneSystemMessage);
        Assert.False(Of("openai/gpt-4o").OneSystemMessage);
        Assert.False(Of("groq/gpt-oss-120b").OpenAiFields);
        Assert.Equal(ToolIdRule.AsGiven, Of("openrouter/moonshotai/kimi-k2-thinking").ToolIds);
        Assert.True(Of("openrouter/anthropic/claude-sonnet-4.5").CacheControl);
        Assert.False(Of("openrouter/openai/gpt-4o").CacheControl);
        Assert.Equal(ModelStatus.Deprecated, Of("gemini/gemini-3-pro-preview").Status);
    }

    [Theory]
    [InlineData("us.anthropic.claude-sonnet-4-5-20250929-v1:0", "anthropic", true, true, true, true)]
    [InlineData("anthropic.claude-3-haiku-20240307-v1:0", "anthropic", false, false, false, true)]
    [InlineData("anthropic.claude-3-5-sonnet-20240620-v1:0", "anthropic", false, false, false, true)]
    [InlineData("anthropic.claude-3-5-sonnet-20241022-v2:0", "anthropic", true, true, false, true)]
    [InlineData("arn:aws:bedrock:us-east-1:1:inference-profile/eu.anthropic.claude-3-7-sonnet-20250219-v1:0", "anthropic", true, true, false, true)]
    [InlineData("us.amazon.nova-pro-v1:0", "amazon", true, false, false, true)]
    [InlineData("global.amazon.nova-2-lite-v1:0", "amazon", true, false, false, true)]
    [InlineData("openai.gpt-oss-120b-1:0", "openai", false, false, true, false)]
    [InlineData("us.deepseek.r1-v1:0", "deepseek", false, false, false, false)]
    [InlineData("zai.glm-4.7", "zhipu", false, false, false, false)]
    [InlineData("my-own-profile", "bedrock", false, false, false, true)]
    public void Of_BedrockModel_GoesByWhatStandsBehindPlaceAndVendor(string model, string family, bool caches, bool cachesTools, bool structured, bool images)
    {
        var capabilities = Of($"amazon_bedrock/{model}");
        Assert.Equal(
            (model, family, caches, cachesTools, structured, images, false),
            (model, capabilities.ReasoningFamily, capabilities.CachePoints, capabilities.ToolCachePoints, capabilities.StructuredOutput == StructuredOutput.JsonSchema, capabilities.Images, capabilities.ImageUrls));
    }

    [Theory]
    [InlineData("openai/gpt-4o", "messages", "{}", "chat responses")]
    [InlineData("openai/gpt-4o", "responses", "{}", "responses chat")]
    [InlineData("openai/gpt-5.3-codex", "chat", "{}", "responses")]
    [InlineData("openai/gpt-5-pro", "messages", "{}", "responses")]
    [InlineData("openai/o3-pro", "chat", "{}", "responses")]
    [InlineData("openai/o3-deep-research", "chat", "{}", "responses")]
    [InlineData("openai/codex-mini-latest", "chat", "{}", "responses")]
    [InlineData("openai/gpt-5.4", "chat", """{"tools":[{}]}""", "chat responses")]
    [InlineData("openai/gpt-5.4", "chat", """{"tools":[{}],"reasoning_effort":"high"}""", "responses")]
    [InlineData("openai/gpt-5.4", "chat", """{"tools":[],"reasoning_effort":"high"}""", "chat responses")]
    [InlineData("openai/gpt-5.4", "messages", """{"tools":[{}],"thinking":{"type":"adaptive"}}""", "responses")]
    [InlineData("openai/gpt-5.4", "messages", """{"tools":[{}],"thinking":{"type":"disabled"}}""", "chat responses")]
    [InlineData("openai/gpt-5.6", "chat", """{"tools":[{}]}""", "responses")]
    [InlineData("openai/gpt-5.6", "chat", """{"tools":[{}],"reasoning_effort":"none"}""", "chat responses")]
    [InlineData("azure_openai/gpt-5.3-codex", "chat", "{}", "responses")]
    [InlineData("azure_openai/gpt-4o", "responses", "{}", "responses chat")]
    [InlineData("azure_openai/claude-sonnet-4-5", "chat", "{}", "messages")]
    [InlineData("anthropic/claude-sonnet-4-5", "chat", "{}", "messages")]
    [InlineData("vercel/x", "messages", "{}", "messages chat responses")]
    public void FormatsFor_Request_AreThoseThatTakeIt(string model, string client, string body, string formats)
    {
        var entry = ProviderPathTests.Entry(model, "http://h");
        var target = new ModelTarget(entry, entry.ModelId, 0, null);
        var format = ApiFormats.ByName(client)!.Value;
        var names = target.FormatsFor(format, RequestTraits.Read(format, System.Text.Encoding.UTF8.GetBytes(body))).Select(found => found switch
        {
            ApiFormat.ChatCompletions => "chat",
            _ => found.Suffix(),
        });
        Assert.Equal((model, client, body, formats), (model, client, body, string.Join(' ', names)));
    }

    [Fact]
    public void Of_MessagesClientAtTheProvidersOwnHost_IsServedInThatFormat()
    {
        var entry = ProviderPathTests.Entry("deepseek/deepseek-v4-pro", null) with { AccessKey = "k" };
        var target = new ModelTarget(entry, entry.ModelId, 0, null);
        Assert.Equal(ApiFormat.Messages, target.FormatsFor(ApiFormat.Messages, default)[0]);
        Assert.Equal(ApiFormat.ChatCompletions, target.FormatsFor(ApiFormat.Responses, default)[0]);
        Assert.Equal("https://api.deepseek.com/anthropic/v1/messages", target.AddressOf(ApiFormat.Messages).AbsoluteUri);
    }

    private static ModelCapabilities Of(string model)
    {
        var entry = ProviderPathTests.Entry(model, "http://h");
        return KnownCapabilities.Of(ConfiguredProvider.Of(entry, entry.ModelId), entry.ModelId, ModelRows.Embedded);
    }
}
