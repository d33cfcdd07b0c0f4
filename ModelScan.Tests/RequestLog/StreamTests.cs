using System.Text;
using System.Text.Json;
using ModelScan.RoutingApi.RequestLog.Records;
using ModelScan.RoutingApi.RequestLog.Redaction;
using ModelScan.Tests.Support;

namespace ModelScan.Tests.RequestLog;

/// <summary>A stream is kept in its own events where nothing secret is in the pieces.</summary>
public sealed class StreamTests
{
    public static TheoryData<string, string[]> Formats => new()
    {
        { "chat", ["""{"choices":[{"index":0,"delta":{"content":"A"}}]}""", """{"choices":[{"index":0,"delta":{"content":"B"}}]}"""] },
        { "chat, two answers at the same time", ["""{"choices":[{"index":0,"delta":{"content":"A"}}]}""", """{"choices":[{"index":1,"delta":{"content":"x y"}}]}""", """{"choices":[{"index":0,"delta":{"content":"B"}}]}"""] },
        { "chat, a call's arguments", ["""{"choices":[{"index":0,"delta":{"tool_calls":[{"index":0,"function":{"arguments":"{\"k\":\"A"}}]}}]}""", """{"choices":[{"index":0,"delta":{"tool_calls":[{"index":0,"function":{"arguments":"B\"}"}}]}}]}"""] },
        { "messages", ["""{"type":"content_block_delta","index":0,"delta":{"type":"text_delta","text":"A"}}""", """{"type":"content_block_delta","index":0,"delta":{"type":"text_delta","text":"B"}}"""] },
        { "messages, thoughts", ["""{"type":"content_block_delta","index":0,"delta":{"type":"thinking_delta","thinking":"A"}}""", """{"type":"content_block_delta","index":0,"delta":{"type":"thinking_delta","thinking":"B"}}"""] },
        { "responses", ["""{"type":"response.output_text.delta","output_index":0,"content_index":0,"delta":"A"}""", """{"type":"response.output_text.delta","output_index":0,"content_index":0,"delta":"B"}"""] },
        { "something new", ["""{"piece":{"of":["A"]}}""", """{"piece":{"of":["B"]}}"""] },
    };

    [Theory]
    [MemberData(nameof(Formats))]
    public void Secret_ThatComesPieceByPiece_KeepsTheStreamOut(string format, string[] events)
    {
        Assert.Null(Kept(Stream(events, "sk-proj-4f9a8b7c", "6d5e4f3a2b1c0d9e8f7a6b5c")));
        Assert.Null(Kept(Stream(events, "write to jane.d", "oe@example.com")));
        Assert.Null(Kept(Stream(events, "4111 1111 11", "11 1111")));
        Assert.Null(Kept(Stream(events, "password: corr", "ect-horse")));
        Assert.NotNull(Kept(Stream(events, "nothing that is ", "secret <at> all")));
        Assert.NotEmpty(format);
    }

    [Fact]
    public void Secret_OutsideOfTexts_KeepsTheStreamOut()
    {
        Assert.Null(Kept(": jane.doe@example.com\n\ndata: {}\n\n"));
        Assert.Null(Kept("data: {\"card\":4111111111111111}\n\n"));
        Assert.Null(Kept("data: jane.doe@example.com\n\n"));
    }

    [Fact]
    public void WhatIsTheSameInEveryEvent_IsNoSecretForThat() =>
        Assert.NotNull(Kept(string.Concat(Enumerable.Repeat("data: {\"id\":\"41111113\",\"created\":1700000000,\"choices\":[{\"index\":0,\"delta\":{\"content\":\"a\"}}]}\n\n", 2))));

    [Fact]
    public void EscapedLetters_AreNoSecret() => Assert.NotNull(Kept("data: {\"a\":\"\\u003cp\\u003e it\\u0027s \\\\u0041\"}\n\ndata: [DONE]\n\n"));

    [Fact]
    public async Task Stream_IsOnRecordAsItWent()
    {
        const string Events = "data: {\"id\":\"1\",\"object\":\"chat.completion.chunk\",\"choices\":[{\"index\":0,\"delta\":{\"content\":\"said\"}}]}\n\ndata: [DONE]\n\n";
        await using var provider = RawUpstream.Start(request => request.SendAsync($"HTTP/1.1 200 OK\r\nContent-Type: text/event-stream\r\nContent-Length: {Events.Length}\r\n\r\n{Events}"));
        await using var gateway = await LoggedGateway.StartAsync(
            TestConfig.Direct.Model("openai/gpt-4o", $"{provider.Address}v1"), null, "--RequestLog:Bodies=all");
        await gateway.Gateway.PostAsync("/v1/chat/completions", """{"model":"openai/gpt-4o","stream":true,"messages":[{"role":"user","content":"a"}]}""");
        var body = (await gateway.OnlyAsync()).GetProperty("body");
        Assert.Equal(Events, body.GetProperty("stream").GetString());
        Assert.StartsWith("[", body.GetProperty("response").GetString(), StringComparison.Ordinal);
    }

    private static string Stream(string[] events, string first, string second)
    {
        var text = new StringBuilder();
        foreach (var item in events)
            text.Append("data: ").Append(item.Replace("A", Escaped(first), StringComparison.Ordinal).Replace("B", Escaped(second), StringComparison.Ordinal)).Append("\n\n");
        return text.ToString();
    }

    private static string Escaped(string text) => JsonSerializer.Serialize(text)[1..^1];

    private static string? Kept(string stream) =>
        new Redactor([]).Apply(new RequestBody(RequestId.Create(new DateTimeOffset(2026, 1, 31, 12, 0, 0, TimeSpan.Zero))) { Stream = stream }).Stream;
}
