using System.Text;
using ModelScan.Tests.Support;

namespace ModelScan.Tests.Integration;

/// <summary><c>samples/requests.http</c>, sent from its first request to its last.</summary>
public sealed class SampleRequestTests
{
    [Fact]
    public async Task EveryRequest_IsAnswered()
    {
        await using var mock = await RunningMock.StartAsync();
        var sample = await File.ReadAllTextAsync(Path.Combine(RepositoryFiles.Root, "samples", "modelscan.yaml"));
        await using var gateway = await GatewayUnderTest.StartAsync(
            sample, $"--MockProviders={mock.Address}", $"--services:metrics-mock:http:0={mock.Address}", $"--services:prometheus:http:0={mock.Address}");
        var text = await File.ReadAllTextAsync(Path.Combine(RepositoryFiles.Root, "samples", "requests.http"));
        var addressed = text.Replace("{{gateway}}", gateway.Client.BaseAddress!.ToString().TrimEnd('/'), StringComparison.Ordinal)
            .Replace("{{mock}}", mock.Address.ToString().TrimEnd('/'), StringComparison.Ordinal);

        // What stands before the first title are the addresses.
        var requests = addressed.Split("\n### ")[1..];

        Assert.True(requests.Length > 10);
        foreach (var request in requests)
        {
            using var message = Read(request);
            using var answer = await gateway.Client.SendAsync(message);
            Assert.True(answer.IsSuccessStatusCode, $"{request}: {await answer.Content.ReadAsStringAsync()}");
        }
    }

    // A title, METHOD URL, headers, an empty line, a body.
    private static HttpRequestMessage Read(string request)
    {
        var (head, body) = request.Split("\n\n", 2) is [var first, var rest] ? (first, rest.Trim()) : (request, "");
        var lines = head.Split('\n', StringSplitOptions.RemoveEmptyEntries);
        var target = lines[1].Split(' ', 2);
        var message = new HttpRequestMessage(new HttpMethod(target[0]), target[1]);
        if (body.Length > 0)
            message.Content = new StringContent(body, Encoding.UTF8, "application/json");
        foreach (var header in lines[2..].Select(line => line.Split(": ", 2)).Where(header => header[0] != "Content-Type"))
            message.Headers.Add(header[0], header[1]);
        return message;
    }
}
