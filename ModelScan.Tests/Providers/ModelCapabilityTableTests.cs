using ModelScan.RoutingApi.Dialects.Capabilities;
using ModelScan.RoutingApi.Providers;

namespace ModelScan.Tests.Providers;

public sealed class ModelCapabilityTableTests
{
    [Theory]
    [InlineData("openai/gpt-4o", "max_completion_tokens", true, false, true)]
    [InlineData("openai/gpt-3.5-turbo", "max_tokens", true, false, false)]
    [InlineData("openai/gpt-5-mini", "max_completion_tokens", false, true, true)]
    [InlineData("openai/gpt-5-chat-latest", "max_completion_tokens", true, false, true)]
    [InlineData("openai/o3-mini", "max_completion_tokens", false, true, false)]
    [InlineData("openrouter/openai/o3", "max_completion_tokens", false, true, true)]
    [InlineData("groq/llama-3.3-70b-versatile", "max_tokens", true, false, false)]
    [InlineData("deepseek/deepseek-chat", "max_tokens", true, false, false)]
    public void Of_Model_TakesWhatItsFamilyTakes(string model, string tokenLimit, bool sampling, bool effort, bool images)
    {
        var capabilities = Of(model);
        Assert.Equal(
            (model, tokenLimit, sampling, effort, images),
            (model, capabilities.TokenLimitField, capabilities.Sampling, capabilities.ReasoningEffort, capabilities.Images));
    }

    [Theory]
    [InlineData("claude-3-haiku-20240307", 4096, false)]
    [InlineData("claude-3-5-sonnet-latest", 8192, false)]
    [InlineData("claude-opus-4-1", 32_000, false)]
    [InlineData("claude-sonnet-4-5", 64_000, false)]
    [InlineData("claude-opus-4-6", 64_000, true)]
    public void Of_Claude_KnowsItsLimitAndItsThinking(string model, int limit, bool adaptive) =>
        Assert.Equal((model, limit, adaptive), (model, Of($"anthropic/{model}").MaxOutputTokens, Of($"anthropic/{model}").AdaptiveThinking));

    [Fact]
    public void Of_ProvidersWithPeculiarities_SaySo()
    {
        Assert.Equal(SchemaProfile.Gemini, Of("gemini/gemini-2.5-pro").Schemas);
        Assert.True(Of("mistral/mistral-small").ShortToolIds);
        Assert.True(Of("deepseek/deepseek-reasoner").ReasoningContent);
        Assert.True(Of("openai/gpt-4o").OpenAiFields);
        Assert.False(Of("groq/gpt-oss-120b").OpenAiFields);
    }

    [Theory]
    [InlineData("us.anthropic.claude-sonnet-4-5-20250929-v1:0", "anthropic", true, true, true, true)]
    [InlineData("anthropic.claude-3-haiku-20240307-v1:0", "anthropic", false, false, false, true)]
    [InlineData("arn:aws:bedrock:us-east-1:1:inference-profile/eu.anthropic.claude-3-7-sonnet-20250219-v1:0", "anthropic", true, true, false, true)]
    [InlineData("us.amazon.nova-pro-v1:0", "amazon", true, false, false, true)]
    [InlineData("global.amazon.nova-2-lite-v1:0", "amazon", true, false, false, true)]
    [InlineData("openai.gpt-oss-120b-1:0", "openai", false, false, true, false)]
    [InlineData("us.deepseek.r1-v1:0", "deepseek", false, false, false, false)]
    [InlineData("zai.glm-4.7", "zhipu", false, false, false, true)]
    [InlineData("my-own-profile", "bedrock", false, false, false, true)]
    public void Of_BedrockModel_GoesByWhatStandsBehindPlaceAndVendor(string model, string family, bool caches, bool cachesTools, bool structured, bool images)
    {
        var capabilities = Of($"amazon_bedrock/{model}");
        Assert.Equal(
            (model, family, caches, cachesTools, structured, images, false),
            (model, capabilities.ReasoningFamily, capabilities.CachePoints, capabilities.ToolCachePoints, capabilities.StructuredOutput == StructuredOutput.JsonSchema, capabilities.Images, capabilities.ImageUrls));
    }

    private static ModelCapabilities Of(string model)
    {
        var entry = ProviderPathTests.Entry(model, "http://h");
        return ModelCapabilityTable.Of(ProviderCatalogue.Find(entry), entry.ModelId);
    }
}
