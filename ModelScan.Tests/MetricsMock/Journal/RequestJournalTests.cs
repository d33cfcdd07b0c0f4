using System.Text;
using Microsoft.AspNetCore.Http;
using ModelScan.MetricsMock.Journal;
using ModelScan.Tests.Support;

namespace ModelScan.Tests.MetricsMock.Journal;

public sealed class RequestJournalTests
{
    [Fact]
    public async Task Requests_AfterCall_ShowsItToTheByte()
    {
        const string Body = """{ "model":"gpt-4o", "messages":[{"role":"user","content":"gr\u00fc\u00df  é"}] }""";
        await using var mock = await RunningMock.StartAsync();
        mock.Client.DefaultRequestHeaders.Add("Authorization", "Bearer key-1");
        mock.Client.DefaultRequestHeaders.Add("X-Trace", ["a", "b"]);

        await mock.PostAsync("/v1/chat/completions?beta=true", Body);

        var request = Assert.Single((await mock.GetAsync("/requests")).Json.AsArray())!;
        Assert.Equal(1, request["sequence"]!.GetValue<long>());
        Assert.Equal("POST", request["method"]!.GetValue<string>());
        Assert.Equal("/v1/chat/completions?beta=true", request["path"]!.GetValue<string>());
        Assert.Equal("Bearer key-1", request["headers"]!["authorization"]!.GetValue<string>());
        Assert.Equal("a, b", request["headers"]!["x-trace"]!.GetValue<string>().Replace(",b", ", b", StringComparison.Ordinal));
        Assert.Equal(Body, request["body"]!.GetValue<string>());
    }

    [Fact]
    public async Task Requests_BodyNotUtf8_ShowsBase64()
    {
        await using var mock = await RunningMock.StartAsync();

        await mock.Client.PostAsync("/v1/messages", new ByteArrayContent([0xff, 0x00]));

        var request = Assert.Single((await mock.GetAsync("/requests")).Json.AsArray())!;
        Assert.Null(request["body"]);
        Assert.Equal("/wA=", request["body_base64"]!.GetValue<string>());
    }

    [Fact]
    public async Task Delete_Requests_ForgetsThem()
    {
        await using var mock = await RunningMock.StartAsync();
        await mock.PostAsync("/v1/responses", "{}");

        await mock.Client.DeleteAsync("/requests");

        Assert.Empty((await mock.GetAsync("/requests")).Json.AsArray());
    }

    [Fact]
    public void Enter_MoreThanItHolds_DropsTheOldest()
    {
        var journal = new RequestJournal(new FakeTimeProvider());

        for (var count = 0; count < RequestJournal.MaxRequests + 2; count++)
            journal.Enter(new DefaultHttpContext().Request, ReadOnlyMemory<byte>.Empty);

        Assert.Equal(RequestJournal.MaxRequests, journal.Requests.Count);
        Assert.Equal(3, journal.Requests[0].Sequence);
    }

    [Fact]
    public void Enter_MoreBytesThanItHolds_DropsTheOldest()
    {
        var journal = new RequestJournal(new FakeTimeProvider());
        var body = new byte[RequestJournal.MaxBodyBytes / 2 + 1];

        journal.Enter(new DefaultHttpContext().Request, body);
        journal.Enter(new DefaultHttpContext().Request, body);

        Assert.Equal(2, Assert.Single(journal.Requests).Sequence);
    }

    [Fact]
    public void Close_Request_NotesItsEnd()
    {
        var journal = new RequestJournal(new FakeTimeProvider());
        var received = journal.Enter(new DefaultHttpContext().Request, Encoding.UTF8.GetBytes("x"));

        journal.Close(received, 429, clientLeft: true);

        var closed = Assert.Single(journal.Requests);
        Assert.Equal((429, true), (closed.Status, closed.ClientLeft));
    }
}
