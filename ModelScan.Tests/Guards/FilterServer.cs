using System.Collections.Concurrent;
using System.Text;
using ModelScan.Tests.Support;

namespace ModelScan.Tests.Guards;

/// <summary>A filter of type <c>http</c>: answers each body with what a test makes of it.</summary>
internal sealed class FilterServer : IAsyncDisposable
{
    private readonly RawUpstream _server;
    private readonly ConcurrentQueue<(string Head, string Body)> _requests = new();

    public FilterServer(Func<string, (int Status, string Body)> answer) => _server = RawUpstream.Start(async request =>
    {
        var body = Encoding.UTF8.GetString(request.Body);
        _requests.Enqueue((request.Head, body));
        var (status, reply) = answer(body);
        if (status == 0)
        {
            request.Close(); // it breaks off
            return;
        }

        await request.SendAsync($"HTTP/1.1 {status} X\r\ncontent-type: application/json\r\ncontent-length: {Encoding.UTF8.GetByteCount(reply)}\r\n\r\n{reply}");
    });

    public string Url => _server.Address.ToString();

    /// <summary>What it was asked.</summary>
    public IReadOnlyList<(string Head, string Body)> Requests => [.. _requests];

    public ValueTask DisposeAsync() => _server.DisposeAsync();
}
