using ModelScan.RoutingApi.Configuration;

namespace ModelScan.Tests.Configuration;

public sealed class AwsConfigTests
{
    [Theory]
    [InlineData("base_url: https://bedrock-runtime.us-west-2.amazonaws.com", "us-west-2")]
    [InlineData("base_url: https://bedrock-runtime-fips.us-gov-west-1.amazonaws.com", "us-gov-west-1")]
    [InlineData("base_url: https://bedrock-runtime.cn-north-1.amazonaws.com.cn", "cn-north-1")]
    [InlineData("base_url: https://vpce-0a1b-2c3d.bedrock-runtime.eu-central-1.vpce.amazonaws.com", "eu-central-1")]
    [InlineData("base_url: https://bedrock-runtime.us-west-2.amazonaws.com/openai/v1", "us-west-2")]
    [InlineData("base_url: https://bedrock-runtime.us-west-2.amazonaws.com, aws: { region: us-east-1, profile: p }", "us-east-1")]
    [InlineData("base_url: https://bedrock-runtime.us-west-2.amazonaws.com, access_key: k", null)]
    [InlineData("base_url: https://bedrock-runtime.us-west-2.amazonaws.com, passthrough_auth: true", null)]
    [InlineData("base_url: http://localhost:9000", null)]
    public void Region_IsThatOfTheAddressUnlessGiven(string settings, string? region) => Assert.Equal(region, Read(settings).Aws?.Region);

    [Theory]
    [InlineData("us-west-2", "https://bedrock-runtime.us-west-2.amazonaws.com/")]
    [InlineData("cn-north-1", "https://bedrock-runtime.cn-north-1.amazonaws.com.cn/")]
    public void Address_NotGiven_IsThatOfTheRegion(string region, string address) => Assert.Equal(address, Read($"aws: {{ region: {region} }}").BaseUrl?.ToString());

    [Theory]
    [InlineData("base_url: http://localhost:9000, aws: { profile: p }", "model_providers[0].aws.region")]
    [InlineData("aws: { region: us west }", "model_providers[0].aws.region")]
    [InlineData("access_key: k, aws: { region: us-west-2 }", "model_providers[0].aws")]
    [InlineData("aws: { region: us-west-2, access_key_id: A }", "model_providers[0].aws.secret_access_key")]
    [InlineData("aws: { region: us-west-2, secret_access_key: A }", "model_providers[0].aws.access_key_id")]
    [InlineData("aws: { region: us-west-2, access_key_id: A, secret_access_key: B, profile: p }", "model_providers[0].aws.profile")]
    [InlineData("aws: { region: us-west-2, role: p }", "model_providers[0].aws.role")]
    public void BadSettings_AreNamedByTheirPath(string settings, string path) => Assert.Equal(path, ConfigText.Errors(Config("amazon_bedrock/m", settings))[0].Path);

    [Fact]
    public void OtherProviders_AreNotSigned() => Assert.Equal("model_providers[0].aws", ConfigText.Errors(Config("openai/gpt-4o", "aws: { region: us-west-2 }"))[0].Path);

    [Fact]
    public void Text_HoldsNoSecret()
    {
        var config = Read("aws: { region: us-west-2, access_key_id: AKID, secret_access_key: s3cret, session_token: t0ken }");
        Assert.DoesNotContain("s3cret", $"{config.Aws}", StringComparison.Ordinal);
        Assert.DoesNotContain("t0ken", $"{config.Aws}", StringComparison.Ordinal);
    }

    private static ModelProviderConfig Read(string settings) => ConfigText.Read(Config("amazon_bedrock/m", settings)).Providers[0];

    private static string Config(string model, string settings) => $$"""
        version: v0.4.0
        listeners: [{ type: model, name: m, port: 12000 }]
        model_providers:
          - { model: {{model}}, {{settings}} }
        """;
}
