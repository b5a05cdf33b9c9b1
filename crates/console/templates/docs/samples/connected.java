import com.stripe.StripeClient;
import com.stripe.exception.StripeException;
import com.stripe.model.Balance;
import com.stripe.net.RequestOptions;

public class Main {
    public static void main(String[] args) throws StripeException {
        StripeClient client = StripeClient.builder()
            .setApiKey("{{key}}")
            .setApiBase("{{url}}")
            .build();

        RequestOptions options = RequestOptions.builder()
            .setStripeAccount("{{connected}}")
            .build();
        Balance balance = client.v1().balance().retrieve(options);
        System.out.println(balance);
    }
}
