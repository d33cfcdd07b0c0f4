#pragma warning disable OPENAI001 // the SDK calls its Responses client experimental
using System.ClientModel;
using Microsoft.Extensions.AI;
using Microsoft.SemanticKernel;
using Microsoft.SemanticKernel.ChatCompletion;
using Microsoft.SemanticKernel.Connectors.OpenAI;
using ModelScan.Tests.Support;
using OpenAI;

namespace ModelScan.Tests.Sdk;

/// <summary>What .NET programs put above OpenAI's client: Microsoft.Extensions.AI and Semantic Kernel, both of which run tools by themselves.</summary>
public sealed class DotNetLibraryTests(SdkGateway gateway) : IClassFixture<SdkGateway>
{
    public static TheoryData<string> Providers => [SdkPairs.Chat, SdkPairs.Messages, SdkPairs.Responses];

    public static TheoryData<string, bool, bool> Clients
    {
        get
        {
            var rows = new TheoryData<string, bool, bool>();
            foreach (string provider in (string[])[SdkPairs.Chat, SdkPairs.Messages, SdkPairs.Responses])
            {
                rows.Add(provider, false, false);
                rows.Add(provider, false, true);
                rows.Add(provider, true, false);
                rows.Add(provider, true, true);
            }

            return rows;
        }
    }

    [Theory]
    [MemberData(nameof(Clients))]
    public async Task ExtensionsAI_RunsTheToolsAndGetsTheText(string provider, bool responses, bool streamed)
    {
        var model = SdkPairs.ModelOf(provider);
        using var inner = responses ? SdkClients.Responses(gateway.Address).AsIChatClient(model) : SdkClients.Chat(gateway.Address, model).AsIChatClient();
        using var client = new ChatClientBuilder(inner).UseFunctionInvocation().Build();
        var options = new ChatOptions
        {
            Tools = [AIFunctionFactory.Create((string city) => "weather works", SampleTools.Weather), AIFunctionFactory.Create(() => "clock works", SampleTools.Clock)],
        };

        var text = streamed ? (await client.GetStreamingResponseAsync("Tell me both.", options).ToChatResponseAsync()).Text : (await client.GetResponseAsync("Tell me both.", options)).Text;

        // It gives results as JSON.
        Assert.Equal(Expected(provider, "\"weather works\"", "\"clock works\""), text);
    }

    [Theory]
    [MemberData(nameof(Providers))]
    public async Task SemanticKernel_RunsTheToolsAndGetsTheText(string provider)
    {
        var kernel = new Kernel();
        kernel.Plugins.AddFromFunctions("t", [KernelFunctionFactory.CreateFromMethod((string city) => "weather works", SampleTools.Weather), KernelFunctionFactory.CreateFromMethod(() => "clock works", SampleTools.Clock)]);
        var service = new OpenAIChatCompletionService(
            SdkPairs.ModelOf(provider), new OpenAIClient(new ApiKeyCredential(SdkClients.AnyKey), new OpenAIClientOptions { Endpoint = new Uri(gateway.Address, "/v1") }));

        var conversation = new ChatHistory();
        conversation.AddUserMessage("Tell me both.");

        var answer = await service.GetChatMessageContentAsync(conversation, new OpenAIPromptExecutionSettings { FunctionChoiceBehavior = FunctionChoiceBehavior.Auto() }, kernel);

        Assert.Equal(Expected(provider, "weather works", "clock works"), answer.Content);
    }

    private static string Expected(string provider, string weather, string clock) => $"This is {SdkPairs.PlayedBy(provider)}. The tools answered: {weather}; {clock}";
}
