using ModelScan.RoutingApi.Providers.Models;

namespace ModelScan.Tests.Providers.Models;

public sealed class ModelNameTests
{
    [Theory]
    [InlineData("claude-sonnet-4-5-20250929", "claude-sonnet-4.5", "claude-sonnet", 4, 5)]
    [InlineData("anthropic/claude-sonnet-4.5:free", "claude-sonnet-4.5", "claude-sonnet", 4, 5)]
    [InlineData("us.anthropic.claude-sonnet-4-5-20250929-v1:0", "claude-sonnet-4.5", "claude-sonnet", 4, 5)]
    [InlineData("arn:aws:bedrock:us-east-1:1:inference-profile/eu.anthropic.claude-opus-4-6-v1", "claude-opus-4.6", "claude-opus", 4, 6)]
    [InlineData("claude-sonnet-4-5@20250929", "claude-sonnet-4.5", "claude-sonnet", 4, 5)]
    [InlineData("claude-3-5-haiku-latest", "claude-3.5-haiku", "claude-haiku", 3, 5)]
    [InlineData("anthropic-claude-4.1-opus", "claude-4.1-opus", "claude-opus", 4, 1)]
    [InlineData("gpt-5.4-mini-2026-03-17", "gpt-5.4-mini", "gpt-mini", 5, 4)]
    [InlineData("gpt-4o-2024-08-06", "gpt-4o", "gpt", 4, 0)]
    [InlineData("openai/chatgpt-4o-latest", "gpt-4o", "gpt", 4, 0)]
    [InlineData("gpt-4.1", "gpt-4.1", "gpt", 4, 1)]
    [InlineData("gpt-3.5-turbo-0125", "gpt-3.5-turbo", "gpt-turbo", 3, 5)]
    [InlineData("openai.gpt-oss-120b", "gpt-oss-120b", "gpt-oss", null, 0)]
    [InlineData("gpt-35-turbo-16k", "gpt-3.5-turbo-16k", "gpt-turbo", 3, 5)]
    [InlineData("gpt4o-mini", "gpt-4o-mini", "gpt-mini", 4, 0)]
    [InlineData("o3-mini", "o3-mini", "o-mini", 3, 0)]
    [InlineData("gemini-2.5-pro-preview-05-06", "gemini-2.5-pro", "gemini-pro", 2, 5)]
    [InlineData("gemini-2.0-flash-001", "gemini-2.0-flash", "gemini-flash", 2, 0)]
    [InlineData("Qwen/Qwen3-32B-AWQ", "qwen3-32b", "qwen", 3, 0)]
    [InlineData("qwen2.5-coder:7b", "qwen2.5-coder", "qwen-coder", 2, 5)]
    [InlineData("Qwen/Qwen3-235B-A22B-Instruct-2507-FP8", "qwen3-235b-a22b", "qwen", 3, 0)]
    [InlineData("meta.llama3-3-70b-instruct-v1:0", "llama3-3-70b", "llama", 3, 0)]
    [InlineData("Llama-3.3-70B-Instruct-Q4_K_M.gguf", "llama-3.3-70b", "llama", 3, 3)]
    [InlineData("accounts/fireworks/models/kimi-k2p6", "kimi-k2.6", "kimi-k", 2, 6)]
    [InlineData("deepseek.v3-v1:0", "deepseek-v3", "deepseek-v", 3, 0)]
    [InlineData("us.deepseek.r1-v1:0", "deepseek-r1", "deepseek-r", 1, 0)]
    [InlineData("us.amazon.nova-pro-v1:0", "nova-pro", "nova-pro", 1, 0)]
    [InlineData("global.amazon.nova-2-lite-v1:0", "nova-2-lite", "nova-lite", 2, 0)]
    [InlineData("mistral-large-2512", "mistral-large", "mistral-large", null, 0)]
    [InlineData("MiniMax-M2.7-highspeed", "minimax-m2.7-highspeed", "minimax-m-highspeed", 2, 7)]
    [InlineData("latest", "latest", "", null, 0)]
    [InlineData("", "", "", null, 0)]
    [InlineData("///:@", ":@", ":@", null, 0)]
    public void Parse_Id_SaysWhatItIs(string id, string key, string line, int? major, int minor)
    {
        var name = ModelName.Parse(id);
        Assert.Equal((id, key, line, major is { } m ? new ModelVersion(m, minor) : null), (id, name.Key, name.Line, name.Version));
    }

    [Theory]
    [InlineData("gpt*", "gpt-5-mini", true)]
    [InlineData("gpt", "gpt-5-mini", false)]
    [InlineData("gpt", "gpt-5", true)]
    [InlineData("gpt* !gpt-oss*", "gpt-oss-20b", false)]
    [InlineData("o*", "olmo-3", false)]
    [InlineData("*deep-research*", "o4-mini-deep-research", true)]
    [InlineData("*", "anything", true)]
    public void Matches_Lines_CoverTheirBranches(string lines, string id, bool matches) =>
        Assert.Equal((lines, id, matches), (lines, id, new FamilyRule(lines, model => model).Matches(ModelName.Parse(id))));

    [Theory]
    [InlineData("gpt-5.3", false)]
    [InlineData("gpt-5.4", true)]
    [InlineData("gpt-5.5", true)]
    [InlineData("gpt-5.6", false)]
    [InlineData("gpt-latest", false)]
    public void Matches_Versions_AreFromTheFirstToBelowTheLast(string id, bool matches) =>
        Assert.Equal((id, matches), (id, new FamilyRule("gpt", model => model) { From = "5.4", Below = "5.6" }.Matches(ModelName.Parse(id))));

    [Fact]
    public void Matches_ModelWithoutVersion_IsTakenForTheNewest() =>
        Assert.True(new FamilyRule("gpt", model => model) { From = "5.4" }.Matches(ModelName.Parse("gpt-latest")));
}
