using System.Text.Json.Nodes;
using ModelScan.Tests.Support;

namespace ModelScan.Tests.Sdk;

/// <summary>
/// The gateway as it ships, in direct mode, in front of three providers of one format each, which the mock plays; shared by the tests
/// of a class.
/// </summary>
public sealed class SdkGateway : IAsyncLifetime
{
    private GatewayUnderTest? _gateway;
    private RunningMock? _mock;

    /// <summary>The outside world.</summary>
    public RunningMock Mock => _mock!;

    /// <summary>Where it listens.</summary>
    internal Uri Address => _gateway!.Client.BaseAddress!;

    /// <summary>Opens a conversation with a provider's model through a vendor's client.</summary>
    internal ISdkConversation Open(string client, string provider, SdkOptions? options = null) =>
        Open(_gateway!.Client.BaseAddress!, client, SdkPairs.ModelOf(provider), options ?? new SdkOptions());

    /// <summary>Opens a conversation with a model of any gateway's through a vendor's client.</summary>
    internal static ISdkConversation Open(Uri address, string client, string model, SdkOptions options) => client switch
    {
        SdkPairs.OpenAiChat => new OpenAiChatConversation(SdkClients.Chat(address, model, options.Retries), options),
        SdkPairs.OpenAiResponses => new OpenAiResponsesConversation(SdkClients.Responses(address, options.Retries), model, options),
        SdkPairs.Anthropic => new AnthropicConversation(SdkClients.Messages(address, options.Retries), model, options),
        _ => throw new ArgumentOutOfRangeException(nameof(client), client, null),
    };

    /// <summary>The last request in whose body <paramref name="words"/> stand, as the mock's journal has it.</summary>
    public async Task<JsonNode> RequestWithAsync(string words) =>
        (await Mock.GetAsync("/requests")).Json.AsArray().Last(request => request!["body"]!.GetValue<string>().Contains(words, StringComparison.Ordinal))!;

    /// <summary>The body of that request.</summary>
    public async Task<JsonNode> BodyWithAsync(string words) => JsonNode.Parse((await RequestWithAsync(words))["body"]!.GetValue<string>())!;

    public async Task InitializeAsync()
    {
        _mock = await RunningMock.StartAsync($"--Models:0:Name={SdkPairs.ModelOf(SdkPairs.Messages)}");
        _gateway = await GatewayUnderTest.StartAsync(TestConfig.Direct
            .Model(SdkPairs.ModelOf(SdkPairs.Chat), _mock.Address, more: "provider_interface: groq")
            .Model(SdkPairs.ModelOf(SdkPairs.Messages), _mock.Address)
            .Model(SdkPairs.ModelOf(SdkPairs.Responses), _mock.Address, more: "provider_interface: chatgpt"));
    }

    public async Task DisposeAsync()
    {
        if (_gateway is not null)
            await _gateway.DisposeAsync();
        if (_mock is not null)
            await _mock.DisposeAsync();
    }
}
