using ModelScan.RoutingApi.Capabilities;
using ModelScan.RoutingApi.Providers;

namespace ModelScan.Tests.Configuration;

public sealed class ModelCapabilitiesConfigTests
{
    [Fact]
    public void Capabilities_Stated_CountOverWhatIsKnown()
    {
        var model = Model("""
            { context: 1000, input: 900, output: 100, output_field: max_tokens, in: [text, pdf], out: [text, image], tools: false, parallel_tools: false, max_tools: 3,
              sampling: true, developer_role: false, one_system_message: true, structured_output: json, formats: [responses], refused_fields: [user],
              reasoning: { efforts: [none, max], min_budget: 10, max_budget: 20, adaptive: true, can_be_off: false, return_field: reasoning } }
            """);
        Assert.Equal((1000, 900, 100, "max_tokens", 3), (model.Capabilities.ContextTokens, model.Capabilities.MaxInputTokens, model.Capabilities.MaxOutputTokens, model.Capabilities.TokenLimitField, model.Capabilities.MaxTools));
        Assert.Equal((Modalities.Text | Modalities.Pdf, Modalities.Text | Modalities.Image), (model.Capabilities.Input, model.Capabilities.Output));
        Assert.Equal((false, false, true, false), (model.Capabilities.ToolCalls, model.Capabilities.ParallelToolCalls, model.Capabilities.Sampling, model.Capabilities.DeveloperRole));
        Assert.True(model.Capabilities.OneSystemMessage);
        Assert.Equal((StructuredOutput.JsonMode, false), (model.Capabilities.StructuredOutput, model.Capabilities.TakesField("user")));
        Assert.Equal([ApiFormat.Responses], model.Formats);
        var reasoning = model.Capabilities.Reasoning;
        Assert.Equal((Efforts.None | Efforts.Max, new TokenBudget(10, 20), true, false, "reasoning"), (reasoning.Efforts, reasoning.Budget, reasoning.IsAdaptive, reasoning.CanBeOff, reasoning.ReturnField));
    }

    [Fact]
    public void Capabilities_NotStated_StayAsTheyAreKnown()
    {
        var model = Model("{ output: 100 }");
        Assert.Equal((400_000, 100, false), (model.Capabilities.ContextTokens, model.Capabilities.MaxOutputTokens, model.Capabilities.Sampling));
        Assert.Equal([ApiFormat.ChatCompletions, ApiFormat.Responses], model.Formats);
    }

    [Fact]
    public void Capabilities_LikeAnotherModel_AreTheOthers()
    {
        var models = new ModelDirectory(ConfigText.Read("model_providers: [{ model: azure_openai/chat-prod, access_key: k, base_url: \"http://h\", capabilities: { like: openai/gpt-5.3-codex, output: 7 } }]"), null);
        var model = models.Find("azure_openai/chat-prod")!;
        Assert.Equal((400_000, 7, "chat-prod"), (model.Capabilities.ContextTokens, model.Capabilities.MaxOutputTokens, model.ModelId));
        Assert.Equal([ApiFormat.Responses], model.Formats);
    }

    [Fact]
    public void Capabilities_WithoutReasoning_AskForNoThoughts() => Assert.Equal(ReasoningSupport.None, Model("{ reasoning: false }").Capabilities.Reasoning);

    [Fact]
    public void Capabilities_OfAWildcard_HoldForWhatStandsBehindIt()
    {
        var models = new ModelDirectory(ConfigText.Read("model_providers: [{ model: openai/*, access_key: k, capabilities: { output: 5 } }]"), null);
        Assert.Equal(5, models.Find("openai/gpt-5")!.Capabilities.MaxOutputTokens);
    }

    [Theory]
    [InlineData("{ context: 0 }", "capabilities.context", "whole number")]
    [InlineData("{ context: 10, output: 11 }", "capabilities.output", "more than the whole context")]
    [InlineData("{ context: 10, input: 11 }", "capabilities.input", "more than the whole context")]
    [InlineData("{ in: [text, smell] }", "capabilities.in", "'smell' is not one of text, image")]
    [InlineData("{ in: text }", "capabilities.in", "must be a list")]
    [InlineData("{ formats: [grpc] }", "capabilities.formats", "'grpc' is not one of chat")]
    [InlineData("{ structured_output: yaml }", "capabilities.structured_output", "'yaml' is not one of")]
    [InlineData("{ reasoning: perhaps }", "capabilities.reasoning", "must be true or false")]
    [InlineData("{ reasoning: { efforts: [extreme] } }", "capabilities.reasoning.efforts", "'extreme' is not one of none")]
    [InlineData("{ reasoning: { min_budget: 9, max_budget: 8 } }", "capabilities.reasoning.min_budget", "more than max_budget")]
    [InlineData("{ contxt: 5 }", "capabilities.contxt", "did you mean 'context'")]
    [InlineData("7", "capabilities", "must be a mapping")]
    public void Capabilities_Wrong_AreRefusedByName(string yaml, string path, string reason)
    {
        var error = Assert.Single(ConfigText.Errors($"model_providers: [{{ model: openai/gpt-5, access_key: k, capabilities: {yaml} }}]"));
        Assert.Equal($"model_providers[0].{path}", error.Path);
        Assert.Contains(reason, error.Message, StringComparison.Ordinal);
    }

    private static ModelTarget Model(string capabilities) =>
        new ModelDirectory(ConfigText.Read($"model_providers: [{{ model: openai/gpt-5, access_key: k, capabilities: {capabilities} }}]"), null).Find("openai/gpt-5")!;
}
