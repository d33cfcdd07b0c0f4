using System.Text;
using ModelScan.Tests.Providers.Aws;
using ModelScan.Tests.Support;

namespace ModelScan.Tests.Integration;

/// <summary>A gateway process finds AWS credentials wherever the SDK's chain finds them, and a Bedrock that verifies signatures accepts them.</summary>
public sealed class AwsCredentialTests : IDisposable
{
    private const string Body = """{"model":"amazon_bedrock/us.amazon.nova-pro-v1:0","messages":[{"role":"user","content":"hi"}]}""";
    private readonly DirectoryInfo _folder = Directory.CreateTempSubdirectory("modelscan-aws-");

    public void Dispose() => _folder.Delete(recursive: true);

    [Fact]
    public async Task KeysInTheEnvironment_Sign()
    {
        await using var bedrock = new SignedBedrock(("AKIDENV", "env-secret", "env-token"));
        Assert.Equal((200, "AKIDENV"), await AskAsync(bedrock, "", ("AWS_ACCESS_KEY_ID", "AKIDENV"), ("AWS_SECRET_ACCESS_KEY", "env-secret"), ("AWS_SESSION_TOKEN", "env-token")));
    }

    [Fact]
    public async Task Profile_OfTheSharedFile_Signs()
    {
        var file = Path.Combine(_folder.FullName, "credentials");
        await File.WriteAllTextAsync(file, "[default]\naws_access_key_id = AKIDOTHER\naws_secret_access_key = other\n\n[team]\naws_access_key_id = AKIDTEAM\naws_secret_access_key = team-secret\n");
        await using var bedrock = new SignedBedrock(("AKIDTEAM", "team-secret", null));
        Assert.Equal((200, "AKIDTEAM"), await AskAsync(bedrock, ", profile: team", ("AWS_SHARED_CREDENTIALS_FILE", file)));
    }

    [Fact]
    public async Task RoleOfAContainer_Signs()
    {
        await using var role = RawUpstream.Start(Http(Temporary("ASIACONTAINER")));
        await using var bedrock = new SignedBedrock(("ASIACONTAINER", "role-secret", "role-token"));
        Assert.Equal((200, "ASIACONTAINER"), await AskAsync(bedrock, "", ("AWS_CONTAINER_CREDENTIALS_FULL_URI", $"{role.Address}creds")));
        Assert.Equal(1, role.Requests);
    }

    [Fact]
    public async Task RoleOfAnInstance_Signs()
    {
        await using var metadata = RawUpstream.Start(request => request.SendAsync(Http(request.Head.Split(' ')[1] switch
        {
            "/latest/api/token" => "metadata-token",
            "/latest/meta-data/iam/security-credentials/" => "my-role",
            _ => Temporary("ASIAINSTANCE").Replace("{", """{"Code":"Success","LastUpdated":"2026-01-01T00:00:00Z","Type":"AWS-HMAC",""", StringComparison.Ordinal),
        })));
        await using var bedrock = new SignedBedrock(("ASIAINSTANCE", "role-secret", "role-token"));
        Assert.Equal((200, "ASIAINSTANCE"), await AskAsync(bedrock, "", ("AWS_EC2_METADATA_SERVICE_ENDPOINT", metadata.Address.ToString().TrimEnd('/')), ("AWS_EC2_METADATA_DISABLED", "false")));
    }

    [Fact]
    public async Task NothingAnywhere_IsSaidClearly()
    {
        await using var bedrock = new SignedBedrock();
        await using var gateway = await StartAsync(bedrock, "");

        using var response = await gateway.Client.PostAsync("/v1/chat/completions", new StringContent(Body, Encoding.UTF8, "application/json"));

        Assert.Equal(401, (int)response.StatusCode);
        Assert.Contains("no AWS credentials for provider amazon_bedrock: neither environment, default profile, container nor instance role has any", await response.Content.ReadAsStringAsync(), StringComparison.Ordinal);
    }

    private static string Temporary(string id) =>
        $$"""{"AccessKeyId":"{{id}}","SecretAccessKey":"role-secret","Token":"role-token","Expiration":"{{TimeProvider.System.GetUtcNow().AddHours(6):yyyy-MM-ddTHH:mm:ssZ}}"}""";

    private static string Http(string body) => $"HTTP/1.1 200 OK\r\ncontent-type: application/json\r\ncontent-length: {body.Length}\r\n\r\n{body}";

    // Whatever credentials this machine has are out of reach.
    private Task<GatewayProcess> StartAsync(SignedBedrock bedrock, string aws, params (string Name, string Value)[] environment) => GatewayProcess.StartAsync(
        TestConfig.Direct.Model("amazon_bedrock/us.amazon.nova-pro-v1:0", bedrock.Address, null, $"aws: {{ region: {SignedBedrock.Region}{aws} }}"),
        [
            ("AWS_SHARED_CREDENTIALS_FILE", Path.Combine(_folder.FullName, "none")), ("AWS_CONFIG_FILE", Path.Combine(_folder.FullName, "none")), ("HOME", _folder.FullName),
            ("AWS_EC2_METADATA_DISABLED", "true"), .. environment,
        ]);

    private async Task<(int Status, string Caller)> AskAsync(SignedBedrock bedrock, string aws, params (string Name, string Value)[] environment)
    {
        await using var gateway = await StartAsync(bedrock, aws, environment);
        var status = 0;
        for (var i = 0; i < 3; i++)
        {
            using var response = await gateway.Client.PostAsync("/v1/chat/completions", new StringContent(Body, Encoding.UTF8, "application/json"));
            status = (int)response.StatusCode;
        }

        return (status, string.Join(',', bedrock.Callers.Distinct()));
    }
}
